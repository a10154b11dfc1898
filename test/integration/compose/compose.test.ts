import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { DockerComposeEnvironment } from 'testcontainers';
import { expect, it } from 'vitest';
import { Admin, Cluster } from '../../../topology/log/index.ts';

const ROOT = join(import.meta.dirname, '../../..');
const SOCKET = '/var/run/docker.sock';

async function hasEngine(): Promise<boolean> {
  return process.env.DOCKER_HOST !== undefined || (await access(SOCKET).then(() => true, () => false));
}

/** Needs a container engine that can pull images; where there is none, this says so instead of passing. */
it('docker-compose.yml brings up a broker that serves our client', async (context) => {
  if (!(await hasEngine())) context.skip(`no container engine: DOCKER_HOST is not set and there is no ${SOCKET}`);
  const environment = await new DockerComposeEnvironment(ROOT, 'docker-compose.yml').up(['kafka']);
  try {
    const cluster = await Cluster.connect({ bootstrap: ['127.0.0.1:9092'] });
    expect(await new Admin(cluster).createTopics([{ name: 'compose-probe', partitions: 3, replicationFactor: 1 }])).toEqual(['compose-probe']);
    expect(await cluster.partitionCount('compose-probe')).toBe(3);
    await cluster.close();
  } finally {
    await environment.down({ removeVolumes: true });
  }
}, 600_000);
