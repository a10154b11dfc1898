import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { KAFKA, REGISTRY, resolveDistribution } from '../../../../deploy/local/cache.ts';
import { checkPrerequisites } from '../../../../deploy/local/prerequisites.ts';
import type { KubernetesBinaries } from '../../bed/binaries.ts';
import { Unavailable } from '../../bed/unavailable.ts';
import { BASE_IMAGE } from '../../image/base.ts';
import { buildImage } from '../../image/build.ts';
import type { DockerEngine } from '../../image/engine.ts';
import { COREDNS_IMAGE } from '../dns.ts';
import { PAUSE_IMAGE } from '../servers/containerd.ts';
import { KAFKA_IMAGE } from './names.ts';

/** Parts of a JDK that only a compiler or a reader needs. */
const NOT_TO_RUN = ['src.zip', 'jmods', 'include', 'man', 'demo', 'ct.sym'];

/**
 * Builds every image that a node needs, each under the name that the manifests give it, so that nothing is pulled and no manifest
 * changes: the project's own by its Dockerfile, the registry from the artifacts that the local stack runs.
 * @param wanted images of the manifests
 * @returns all names
 * @throws Unavailable when the manifests want an image that can't be made here
 */
export async function buildImages(engine: DockerEngine, binaries: KubernetesBinaries, wanted: readonly string[], progress: (step: string) => void): Promise<readonly string[]> {
  const java = await checkPrerequisites();
  for (const image of wanted) {
    progress(`building ${image}`);
    if (/^telco-twin[:@]/.test(image)) await buildImage(engine, image);
    else if (/(^|\/)apicurio-registry[:@]/.test(image)) {
      const app = await resolveDistribution(REGISTRY, java.home);
      await buildJavaImage(engine, image, java.home, app, ['-XX:MaxRAMPercentage=50', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-jar', '/app/quarkus-run.jar']);
    } else throw new Unavailable(`no image ${image} can be made here`);
  }
  progress(`building ${KAFKA_IMAGE}`);
  await buildJavaImage(engine, KAFKA_IMAGE, java.home, await resolveDistribution(KAFKA, java.home), ['-cp', '/app/*', 'kafka.Kafka']);
  await buildProgramImage(engine, PAUSE_IMAGE, binaries.path('pause'));
  await buildProgramImage(engine, COREDNS_IMAGE, binaries.path('coredns'));
  return [...wanted, KAFKA_IMAGE, PAUSE_IMAGE, COREDNS_IMAGE];
}

/** The Java that the local stack uses and an application in /app. Images of this kind share the layer of Java. */
async function buildJavaImage(engine: DockerEngine, image: string, javaHome: string, app: string, args: readonly string[]): Promise<void> {
  await build(engine, image, (context) => {
    cpSync(javaHome, join(context, 'java'), { recursive: true, dereference: true, preserveTimestamps: true, filter: (source) => !NOT_TO_RUN.includes(basename(source)) });
    cpSync(app, join(context, 'app'), { recursive: true, preserveTimestamps: true });
    return [
      `FROM ${BASE_IMAGE}`, 'COPY java /opt/java', 'COPY app /app', 'ENV PATH=/opt/java/bin:/usr/bin:/bin', 'USER 1001:1001', `ENTRYPOINT ${JSON.stringify(['java', ...args])}`,
    ];
  });
}

/** One static program and nothing else. */
async function buildProgramImage(engine: DockerEngine, image: string, program: string): Promise<void> {
  await build(engine, image, (context) => {
    cpSync(program, join(context, basename(program)), { preserveTimestamps: true });
    return ['FROM scratch', `COPY ${basename(program)} /`, `ENTRYPOINT ["/${basename(program)}"]`];
  });
}

/** @param fill puts what the Dockerfile copies into the context, and returns its lines */
async function build(engine: DockerEngine, image: string, fill: (context: string) => readonly string[]): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 'telco-twin-image-'));
  try {
    writeFileSync(join(context, 'Dockerfile'), `${fill(context).join('\n')}\n`);
    await engine.run(['build', '--network', 'host', '--tag', image, context]);
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}
