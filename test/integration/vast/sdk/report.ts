import type { Selection, Tier } from './tiers.ts';

export type Outcome = 'passed' | 'failed' | 'skipped';

export interface TestResult {
  /** Module without folders: `test_tables`. */
  readonly file: string;
  readonly name: string;
  readonly outcome: Outcome;
  /** First line of a failure. */
  readonly message: string;
}

export interface TierReport {
  readonly tier: Tier;
  readonly passed: number;
  readonly total: number;
  /** What is not as the tier wants it, a line each. */
  readonly problems: readonly string[];
}

/** Results in pytest's JUnit XML, whose attributes are in double quotes. */
export function parseJunit(xml: string): TestResult[] {
  return [...xml.matchAll(/<testcase ([^>]*?)(?:\/>|>(.*?)<\/testcase>)/gs)].map(([, attributes = '', content = '']) => {
    const failure = /<(?:failure|error)\b[^>]*?\bmessage="([^"]*)"/.exec(content);
    const outcome = failure !== null ? 'failed' : content.includes('<skipped') ? 'skipped' : 'passed';
    const [message = ''] = unescape(failure?.[1] ?? '').split('\n');
    return { file: attribute(attributes, 'classname').split('.').at(-1) ?? '', name: unescape(attribute(attributes, 'name')), outcome, message };
  });
}

/** Counts a tier, and finds what failed, was skipped, or is not there. */
export function reportOf(tier: Tier, results: readonly TestResult[]): TierReport {
  const selected = tier.tests.map((selection) => ({ selection, results: results.filter((result) => isIn(selection, result)) }));
  const all = selected.flatMap((part) => part.results);
  return {
    tier,
    passed: all.filter(({ outcome }) => outcome === 'passed').length,
    total: tier.tests.reduce((sum, { count }) => sum + count, 0),
    problems: [
      ...all.filter(({ outcome }) => outcome !== 'passed').map(({ file, name, outcome, message }) => `${file}::${name} ${outcome} ${message}`.trimEnd()),
      ...selected.filter(({ selection, results: found }) => found.length !== selection.count)
        .map(({ selection, results: found }) => `${selection.file}: ${found.length} results, ${selection.count} expected`),
    ],
  };
}

/** What to give pytest for a selection. */
export function nodeIds(folder: string, { file, functions }: Selection): string[] {
  const path = `${folder}/${file}.py`;
  return functions === undefined ? [path] : functions.map((name) => `${path}::${name}`);
}

function isIn({ file, functions }: Selection, result: TestResult): boolean {
  return result.file === file && (functions === undefined || functions.includes(result.name.replace(/\[.*$/s, '')));
}

function attribute(attributes: string, name: string): string {
  return new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(attributes)?.[1] ?? '';
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", '#10': '\n' };

function unescape(text: string): string {
  return text.replace(/&(#?\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
