import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { resolveDistribution } from '../../../../deploy/local/cache.ts';
import { LocalStackError } from '../../../../deploy/local/errors.ts';
import { checkPrerequisites } from '../../../../deploy/local/prerequisites.ts';
import { Unavailable } from '../unavailable.ts';

const LIBRARIES = {
  name: 'strimzi-crd-generator-1.2.0',
  pom: join(import.meta.dirname, 'strimzi.pom.xml'),
  goal: 'copy-dependencies',
} as const;

/** Classes below `io.strimzi.api.kafka.model`, one for each kind of resource. */
const KINDS = ['kafka.Kafka', 'nodepool.KafkaNodePool', 'topic.KafkaTopic', 'user.KafkaUser', 'rebalance.KafkaRebalance'];

/**
 * Writes Strimzi's definitions with Strimzi's own generator and the options of its release: the result is what it ships.
 * @throws Unavailable without Java 21 and Maven, or when the jars can't be fetched
 */
export async function writeStrimziCrds(folder: string, progress: (step: string) => void): Promise<void> {
  const { java, libraries } = await fetchGenerator(progress);
  progress('generating the definitions of Strimzi');
  await promisify(execFile)(java, [
    '-cp', join(libraries, '*'), 'io.strimzi.crdgenerator.CrdGenerator',
    '--label', 'app:strimzi', '--label', 'strimzi.io/crd-install:true', '--target-kube', '1.16+', '--crd-api-version', 'v1',
    '--api-versions', 'v1', '--storage-version', 'v1', '--yaml',
    ...KINDS.map((name) => `io.strimzi.api.kafka.model.${name}=${join(folder, `${name.split('.')[1]}.yaml`)}`),
  ]);
}

async function fetchGenerator(progress: (step: string) => void): Promise<{ java: string; libraries: string }> {
  try {
    const java = await checkPrerequisites();
    const libraries = await resolveDistribution(LIBRARIES, java.home, ({ file }) => progress(`fetching ${file}`));
    return { java: java.bin, libraries };
  } catch (error) {
    if (error instanceof LocalStackError) throw new Unavailable(`the generator of Strimzi's definitions: ${error.message}`, { cause: error });
    throw error;
  }
}
