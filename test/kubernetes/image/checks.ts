import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NODE_FLAGS } from '../../../cli/up/processors.ts';
import { command, type CommandResult } from '../support/command.ts';
import type { Report } from '../support/report.ts';
import { BARE_IMAGE, buildBareBase, buildImage, IMAGE } from './build.ts';
import type { DockerEngine } from './engine.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** As strict as Pod Security `restricted` with a read-only root: how the manifests run it. */
export const CONFINED = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--tmpfs', '/tmp'];
const SAMPLE = ['sample', '--stream', 'cdrs', '--from', '2026-03-02T08:00Z', '--minutes', '2', '--subscribers', '2000', '--seed', '7'];
const BARE = 'telco-twin-on-bare:local';
const ENDED_BY_SIGTERM = 143;
const MOST_SIGNALS = 200;
/** What a command says while a server is not there. */
const WAITS = /waiting for|no answer from/;

interface ImageConfig {
  readonly Size: number;
  readonly Config: { readonly User: string; readonly Entrypoint: readonly string[]; readonly Labels: Readonly<Record<string, string>> };
}

/** The image by itself: what it is, what it contains, and that it works with nothing but a /tmp. */
export async function checkImage(engine: DockerEngine, report: Report): Promise<void> {
  const inside = async (program: string): Promise<string> => await engine.run(['run', '--rm', '--network', 'none', ...CONFINED, '--entrypoint', 'node', IMAGE, '--input-type=module', '--eval', program]);

  await report.check('the image says who it is and runs as a numeric user', async () => {
    const [config] = JSON.parse(await engine.run(['image', 'inspect', IMAGE])) as [ImageConfig];
    assert.equal(config.Config.User, '1000:1000');
    assert.deepEqual(config.Config.Entrypoint, ['node', ...NODE_FLAGS, '/app/cli/telco-twin.ts']);
    assert.equal(config.Config.Labels['org.opencontainers.image.revision'], (await command('git', ['rev-parse', 'HEAD'], { cwd: ROOT })).trim());
    assert.equal(config.Config.Labels['org.opencontainers.image.licenses'], 'Apache-2.0');
    return `${Math.round(config.Size / 1e6)} MB`;
  });

  await report.check('uid 1000, no capabilities, no new privileges, a root that can\'t be written', async () => {
    const status = await inside("console.log((await import('node:fs')).readFileSync('/proc/self/status', 'utf8'))");
    assert.match(status, /^Uid:\t1000\t1000\t1000\t1000$/m);
    assert.match(status, /^CapEff:\t0+$/m);
    assert.match(status, /^CapBnd:\t0+$/m);
    assert.match(status, /^NoNewPrivs:\t1$/m);
    assert.equal((await inside("try { (await import('node:fs')).writeFileSync('/app/x', '') } catch (error) { console.log(error.code) }")).trim(), 'EROFS');
  });

  await report.check('its bill of materials and its licences name every package in it', async () => {
    const listed = JSON.parse(await inside(`
      const { readFileSync, globSync } = await import('node:fs');
      const { components } = JSON.parse(readFileSync('/app/sbom.json', 'utf8'));
      const licences = readFileSync('/app/LICENSES', 'utf8');
      const named = new Set(components.map(({ name, version }) => name + '@' + version));
      const packages = globSync(['/app/node_modules/**/package.json']).filter((file) => /node_modules\\/(@[^/]+\\/)?[^/]+\\/package.json$/.test(file))
        .map((file) => JSON.parse(readFileSync(file, 'utf8'))).filter(({ name, version }) => name && version).map(({ name, version }) => name + '@' + version);
      console.log(JSON.stringify({ packages: packages.length, unnamed: packages.filter((id) => !named.has(id)), unlicensed: packages.filter((id) => !licences.includes(id)),
        node: [...named].filter((id) => id.startsWith('node-')), version: process.version }))`)) as { packages: number; unnamed: string[]; unlicensed: string[]; node: string[]; version: string };
    assert.deepEqual([listed.unnamed, listed.unlicensed], [[], []]);
    assert.deepEqual(listed.node, [`node-linux-${process.arch}@${process.version.slice(1)}`]);
    assert.equal(listed.version, process.version);
    return `${listed.packages} packages and Node ${listed.version}`;
  });

  await report.check('--help lists every command', async () => {
    const help = await engine.run(['run', '--rm', '--network', 'none', ...CONFINED, IMAGE, '--help']);
    for (const name of ['run', 'seed', 'topics', 'schemas', 'vastdb', 'sample', 'scenario']) assert.match(help, new RegExp(`^  ${name}\\b`, 'm'));
  });

  await report.check('sample prints what it prints outside a container', async () => {
    const outside = await command(process.execPath, ['cli/telco-twin.ts', ...SAMPLE], { cwd: ROOT });
    assert.equal(await engine.run(['run', '--rm', '--network', 'none', ...CONFINED, IMAGE, ...SAMPLE]), outside);
    assert.ok(outside.length > 0);
    return `${outside.trimEnd().split('\n').length} records`;
  });

  await report.check('the first start of a container finds its modules compiled', async () => {
    const { output } = await engine.try(['run', '--rm', '--network', 'none', ...CONFINED, '--env', 'NODE_DEBUG_NATIVE=COMPILE_CACHE', IMAGE, ...SAMPLE]);
    const found = output.match(/^\[compile cache\] V8 code cache .* was accepted/gm) ?? [];
    const compiled = new Set([...output.matchAll(/reading cache from \S+ for \w+ (\S+?)\.\.\. no such file/g)].map(([, module]) => module));
    // The program itself would run, where it is precompiled.
    assert.deepEqual([...compiled], ['file:///app/cli/telco-twin.ts']);
    assert.ok(found.length > 0, output);
    return `${found.length} modules`;
  });

  await report.check('it works on a base of C libraries alone, without a shell', async () => {
    await buildBareBase(engine);
    await buildImage(engine, BARE, BARE_IMAGE);
    const run = (...args: string[]): Promise<CommandResult> => engine.try(['run', '--rm', '--network', 'none', ...CONFINED, ...args]);
    const shell = await run('--entrypoint', '/bin/sh', BARE, '-c', 'true');
    assert.match(shell.output, /no such file or directory/i);
    const sample = await run(BARE, ...SAMPLE);
    assert.equal(sample.code, 0, sample.output);
    assert.equal(sample.stdout, await command(process.execPath, ['cli/telco-twin.ts', ...SAMPLE], { cwd: ROOT }));
  });

  await report.check('SIGTERM ends a command as process 1 of a container, while it starts and while it waits for servers', async () => {
    const ended: string[] = [];
    for (const command of [['run', 'cdr-generator'], ['run', 'scenario-injector'], ['seed'], ['schemas', 'register']]) {
      const [starting, waiting] = [await terminateWhileStarting(engine, command), await terminateWhileWaiting(engine, command)];
      assert.ok(starting === ENDED_BY_SIGTERM || (command[0] === 'run' && starting === 0), `${command.join(' ')} ended with ${starting} while it started`);
      assert.equal(waiting, command[0] === 'run' ? 0 : ENDED_BY_SIGTERM, `${command.join(' ')} while it waited`);
      ended.push(`${command.join(' ')} ${starting} and ${waiting}`);
    }
    return ended.join(', ');
  });
}

/** Runs a command against servers that are not there, lets `body` end it, and returns the exit code. */
async function exitCodeOf(engine: DockerEngine, args: readonly string[], body: (id: string) => Promise<void>): Promise<number> {
  const servers = ['--env', 'KAFKA_BROKERS=127.0.0.1:1', '--env', 'SCHEMA_REGISTRY_URL=http://127.0.0.1:2'];
  const id = (await engine.run(['run', '--detach', '--network', 'none', ...CONFINED, ...servers, IMAGE, ...args])).trim();
  try {
    await body(id);
    return Number(await engine.run(['wait', id]));
  } finally {
    await engine.try(['rm', '--force', id]);
  }
}

/** Signals from the first moment on: those that come before Node runs a program are lost, the first one after that counts. */
async function terminateWhileStarting(engine: DockerEngine, args: readonly string[]): Promise<number> {
  return await exitCodeOf(engine, args, async (id) => {
    for (let signals = 0; (await engine.try(['kill', '--signal', 'TERM', id])).code === 0; signals++) {
      assert.ok(signals < MOST_SIGNALS, `${args.join(' ')} goes on after ${signals} signals`);
      await sleep(20);
    }
  });
}

async function terminateWhileWaiting(engine: DockerEngine, args: readonly string[]): Promise<number> {
  return await exitCodeOf(engine, args, async (id) => {
    while (!WAITS.test((await engine.try(['logs', id])).output)) await sleep(100);
    await engine.run(['stop', '--time', '30', id]);
  });
}

/** A temporary folder for the time of `body`. */
export async function withFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'telco-twin-image-'));
  try {
    return await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
