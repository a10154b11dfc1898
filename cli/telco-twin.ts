#!/usr/bin/env node
import { main } from './program.ts';

// `bin.mjs` relays to this process over a channel; when it is gone nobody can stop us with Ctrl-C any more.
if (process.channel) {
  process.channel.unref();
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
process.exitCode = await main(process.argv.slice(2));
