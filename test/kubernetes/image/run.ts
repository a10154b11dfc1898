/**
 * Builds the image by its own Dockerfile on a base made here, and runs it. Usage: node test/kubernetes/image/run.ts
 * Prints a line for each check, then the totals; what this machine can't do is skipped with the reason.
 */
import { Unavailable } from '../bed/unavailable.ts';
import { progressLine } from '../support/progress.ts';
import { Report } from '../support/report.ts';
import { checkAgainstBroker } from './against-broker.ts';
import { ensureBaseImage, ensureBuilderImage } from './base.ts';
import { buildImage } from './build.ts';
import { checkImage } from './checks.ts';
import { DockerEngine } from './engine.ts';

const report = new Report();
const progress = progressLine();
let engine: DockerEngine | undefined;
try {
  const started = (engine = await DockerEngine.start(progress));
  await ensureBaseImage(started, progress);
  await ensureBuilderImage(started, progress);
  progress();
  if (await report.check('the Dockerfile builds the image', async () => await buildImage(started))) {
    await checkImage(started, report);
    await checkAgainstBroker(started, report);
  }
} catch (error) {
  if (error instanceof Unavailable) report.skip('the image', error.message);
  else report.fail('the image', error);
} finally {
  await engine?.stop();
}
console.log(report.totals);
process.exitCode = report.failed > 0 ? 1 : 0;
