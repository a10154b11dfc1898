import { OK, type Answer } from '../answer.ts';
import { ApiError } from '../errors.ts';
import type { Call } from '../request.ts';

const XML = { 'content-type': 'application/xml' };

/** HEAD: is the bucket there? */
export async function headBucket(call: Call): Promise<Answer> {
  await requireBucket(call);
  return OK;
}

/** Snapshots are directories below `.snapshot/` in S3's list of a bucket. There are none here, and the SDK reads an empty list. */
export async function listSnapshots(call: Call): Promise<Answer> {
  const bucket = await requireBucket(call);
  return {
    headers: XML,
    body: '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult>' +
      `<Name>${bucket}</Name><Prefix>.snapshot/</Prefix><Marker></Marker><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>`,
  };
}

async function requireBucket(call: Call): Promise<string> {
  const [bucket = ''] = call.path;
  const exists = await call.within((transaction) => transaction.hasBucket(bucket));
  if (!exists || call.path.length !== 1) throw new ApiError(404, 'NoSuchBucket', `bucket ${call.path.join('/')} does not exist`);
  return bucket;
}
