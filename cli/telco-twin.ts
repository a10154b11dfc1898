#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Commands are imported when they are named, so what Node makes of their TypeScript is kept for the next start.
enableCompileCache();
// Nothing ends the first process of a container by default: until a command listens itself, a signal ends this one here.
for (const [signal, code] of [['SIGTERM', 143], ['SIGINT', 130]] as const) {
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(code);
  });
}
// A reader that has seen enough (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  console.error(`error: the output can't be written: ${error.message}`);
  process.exit(1);
});
const { main } = await import('./program.ts');

// `bin.mjs` relays to this process over a channel; when it is gone nobody can stop us with Ctrl-C any more.
if (process.channel) {
  process.channel.unref();
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
}
const code = await main(process.argv.slice(2));
// A command that ran to its end may have set a status of its own.
if (code !== 0) process.exitCode = code;
