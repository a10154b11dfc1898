import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { command, type CommandResult } from '../support/command.ts';
import type { Report } from '../support/report.ts';
import { BARE_IMAGE, buildBareBase, buildImage, IMAGE } from './build.ts';
import type { DockerEngine } from './engine.ts';

const ROOT = join(import.meta.dirname, '../../..');
/** As strict as Pod Security `restricted` with a read-only root: how the manifests run it. */
export const CONFINED = ['--read-only', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges', '--tmpfs', '/tmp'];
const SAMPLE = ['sample', '--stream', 'cdrs', '--from', '2026-03-02T08:00Z', '--minutes', '2', '--subscribers', '2000', '--seed', '7'];
const BARE = 'telco-twin-on-bare:local';
const SIGTERM = 15;

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
    assert.deepEqual(config.Config.Entrypoint, ['node', '/app/cli/telco-twin.ts']);
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

  await report.check('SIGTERM ends every command as process 1 of a container, while it starts and while it waits for servers', async () => {
    const ended: string[] = [];
    for (const command of [['run', 'cdr-generator'], ['run', 'scenario-injector'], ['seed'], ['schemas', 'register'], ['topics', 'check']]) {
      for (const waits of [false, true]) ended.push(`${command.join(' ')} ${await terminate(engine, command, waits)}`);
    }
    return ended.join(', ');
  });
}

/**
 * Starts a command against servers that are not there and stops it.
 * @param waits whether it is stopped when it says that it waits, or as soon as it heeds the signal
 * @returns the exit code
 */
async function terminate(engine: DockerEngine, args: readonly string[], waits: boolean): Promise<number> {
  const servers = ['--env', 'KAFKA_BROKERS=127.0.0.1:1', '--env', 'SCHEMA_REGISTRY_URL=http://127.0.0.1:2'];
  const id = (await engine.run(['run', '--detach', '--network', 'none', ...CONFINED, ...servers, IMAGE, ...args])).trim();
  try {
    const pid = (await engine.run(['inspect', '--format', '{{.State.Pid}}', id])).trim();
    while (!heeds(pid, SIGTERM)) await sleep(5);
    while (waits && !(await engine.try(['logs', id])).output.includes('waiting')) await sleep(100);
    await engine.run(['stop', '--time', '30', id]);
    const code = Number(await engine.run(['inspect', '--format', '{{.State.ExitCode}}', id]));
    assert.notEqual(code, 137, `${args.join(' ')} had to be killed:\n${(await engine.try(['logs', id])).output}`);
    return code;
  } finally {
    await engine.try(['rm', '--force', id]);
  }
}

/** Whether a process has a handler for a signal. */
function heeds(pid: string, signal: number): boolean {
  const caught = /^SigCgt:\t([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (caught === undefined) throw new Error(`process ${pid} has ended`);
  return (BigInt(`0x${caught}`) & (1n << BigInt(signal - 1))) !== 0n;
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
