#!/usr/bin/env node
/**
 * Entry point of `npx telco-twin`, in plain JavaScript that every Node can parse. The program itself is TypeScript that needs
 * Node 24.6; where the machine's Node is older, it runs on the one that `npm ci` installed.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = join(dirname(fileURLToPath(import.meta.url)), 'telco-twin.ts');
const [major, minor] = process.versions.node.split('.').map(Number);

if (major > 24 || (major === 24 && minor >= 6)) {
  await import(program);
} else {
  const bundled = bundledNode();
  if (bundled === undefined) {
    console.error(
      `telco-twin needs Node 24.6 or newer; this is ${process.version}.\n` +
        'Run `npm ci` in the project folder: it installs the right Node beside the project, and npm scripts use it:\n' +
        '  npm start                      the whole twin\n' +
        '  npm run telco-twin -- --help   the command line',
    );
    process.exit(2);
  }
  relay(bundled);
}

function bundledNode() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('node/package.json')), 'bin', 'node');
  } catch {
    return undefined;
  }
}

/** The channel closes when this process dies, however that happens; telco-twin.ts ends itself then. */
function relay(node) {
  const child = spawn(node, [program, ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // A terminal sends Ctrl-C to both processes; this one waits for the other's clean stop.
  process.on('SIGINT', () => undefined);
  child.on('error', (error) => {
    console.error(`telco-twin could not start ${node}: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => {
    if (signal !== null) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    } else {
      process.exit(code ?? 1);
    }
  });
}
