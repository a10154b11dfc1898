import kafkajs from 'kafkajs';
import { compressFrame, decompressFrame } from 'lz4-napi';

/** The twin writes LZ4, which kafkajs leaves to a codec of one's own. Importing this file installs one. */
kafkajs.CompressionCodecs[kafkajs.CompressionTypes.LZ4] = () => ({
  compress: ({ buffer }: { buffer: Buffer }): Promise<Buffer> => compressFrame(buffer),
  decompress: (buffer: Buffer): Promise<Buffer> => decompressFrame(buffer),
});
