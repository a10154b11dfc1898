/** The counter as a process of its own, as a supervisor would run it: to kill, stop and resume. */
import { pino } from 'pino';
import { clusterOptionsFromEnv } from '../../../topology/log/index.ts';
import { ProcessorHost } from '../../../topology/task/host.ts';
import { runUntilSignal } from '../../../topology/task/process.ts';
import { settingsFromEnv } from '../../../topology/task/settings.ts';
import { counterGraph, createProcessor } from './counter.ts';

const settings = settingsFromEnv(process.env);
const logger = pino({ level: settings.logLevel });
const host = new ProcessorHost({
  processors: [{ graph: counterGraph, module: { createProcessor } }],
  cluster: clusterOptionsFromEnv(process.env),
  settings, logger, env: process.env,
});
const ending = await runUntilSignal(host, settings.shutdownGraceMs, logger);
if (ending.outcome !== 'stopped') process.exit(1);
