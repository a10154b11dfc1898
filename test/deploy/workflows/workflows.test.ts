import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { command, tryCommand } from '../../kubernetes/support/command.ts';
import { actionlint, zizmor, type Obtained } from './linters.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, '.github/workflows');
const TIMEOUT_MS = 300_000;

interface Step {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, {
    readonly permissions?: Readonly<Record<string, string>>;
    readonly 'timeout-minutes'?: number;
    readonly steps: readonly Step[];
  }>>;
}

const files = readdirSync(FOLDER);
const texts = new Map(files.map((file) => [file, readFileSync(join(FOLDER, file), 'utf8')]));
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

describe.each(files)('%s', (file) => {
  const workflow = parse(texts.get(file)!) as Workflow;
  const jobs = Object.values(workflow.jobs);
  const steps = jobs.flatMap((job) => job.steps);

  it('gives jobs no permission that they do not name, and a bounded time', () => {
    expect(workflow.permissions).toEqual({});
    for (const job of jobs) {
      expect(job.permissions?.contents).toBe('read');
      expect(job['timeout-minutes']).toBeGreaterThan(0);
    }
  });

  it('pins every action to a commit, with the version beside it', () => {
    const uses = texts.get(file)!.split('\n').filter((line) => /\buses:/.test(line));
    expect(uses.length).toBe(steps.filter((step) => step.uses !== undefined).length);
    for (const line of uses) expect(line).toMatch(/uses: [\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('leaves no credentials of the checkout behind', () => {
    for (const step of steps.filter(({ uses }) => uses?.startsWith('actions/checkout@') === true)) expect(step.with?.['persist-credentials']).toBe(false);
  });

  it('runs scripts and files that there are', () => {
    for (const { run = '' } of steps) {
      for (const [, script] of run.matchAll(/npm run ([\w:-]+)/g)) expect(scripts, run).toHaveProperty(script);
      for (const [, path] of run.matchAll(/(?:node|vitest run|package|chart) ((?:test|deploy)\/[\w./-]+)/g)) expect(existsSync(join(ROOT, path)), path).toBe(true);
      if (run === '.ci/run') expect(existsSync(join(ROOT, run))).toBe(true);
    }
  });
});

const { appVersion } = parse(readFileSync(join(ROOT, 'deploy/helm/telco-twin/Chart.yaml'), 'utf8')) as { appVersion: string };

it.each([['tag', `v${appVersion}`, appVersion], ['branch', 'main', 'main']])('the image of the %s %s is published as %s, by which the chart asks for a release', async (type, name, wanted) => {
  const names = (parse(texts.get('image.yml')!) as Workflow).jobs.publish.steps.find(({ id }) => id === 'names');
  const folder = mkdtempSync(join(tmpdir(), 'telco-twin-names-'));
  try {
    const outputs = join(folder, 'outputs');
    const env = { PATH: process.env.PATH, IMAGE: 'registry.example.com/Owner/telco-twin', GITHUB_REF_NAME: name, GITHUB_REF_TYPE: type, GITHUB_OUTPUT: outputs };
    await command('bash', ['--noprofile', '--norc', '-ec', names?.run ?? 'false'], { env });
    const image = 'registry.example.com/owner/telco-twin';
    expect(readFileSync(outputs, 'utf8').trim().split('\n')).toEqual([`image=${image}`, `version=${wanted}`, `tag=${image}:${wanted}`]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Runs a linter, or says why it can't be. */
async function lint(obtained: Obtained, args: readonly string[], skip: (reason: string) => void): Promise<void> {
  if ('missing' in obtained) return skip(obtained.missing);
  const { code, output } = await tryCommand(obtained.program, args, { cwd: ROOT });
  expect(code, output).toBe(0);
}

describe('all workflows', () => {
  it('pass actionlint', async ({ skip }) => lint(await actionlint(), ['-no-color', ...files.map((file) => join(FOLDER, file))], (reason) => skip(reason)), TIMEOUT_MS);

  it('pass zizmor', async ({ skip }) => lint(await zizmor(), ['--offline', '--no-progress', '.github'], (reason) => skip(reason)), TIMEOUT_MS);
});
