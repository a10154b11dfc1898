// The closing lines of a run: every failed test with the start of its message, then the counts.
// Usage: summary.ts <vitest's JSON report> <exit status of all checks>. A status without a failed test counts as one failure.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

interface Report {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly numFailedTestSuites?: number;
  readonly numPendingTests?: number;
  readonly testResults?: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

const MESSAGE_LINES = 12;

const [path = '', status = '1'] = process.argv.slice(2);
const text = readFileSync(path, 'utf8');
const report = (text === '' ? {} : JSON.parse(text)) as Report;

const indented = (message: string): string =>
  message.split('\n').slice(0, MESSAGE_LINES).map((line) => `    ${line}`).join('\n');

for (const file of report.testResults ?? []) {
  const name = relative(process.cwd(), file.name);
  const failed = file.assertionResults.filter((test) => test.status === 'failed');
  for (const test of failed) console.log(`FAILED ${name} > ${test.fullName}\n${indented(test.failureMessages.join('\n'))}`);
  if (file.status === 'failed' && failed.length === 0) console.log(`FAILED ${name}\n${indented(file.message)}`);
}

const { numPassedTests = 0, numFailedTests = 0, numFailedTestSuites = 0, numPendingTests = 0 } = report;
const failures = numFailedTests || numFailedTestSuites || (status === '0' ? 0 : 1);
console.log(`${numPassedTests} passed, ${failures} failed${numPendingTests > 0 ? `, ${numPendingTests} skipped` : ''}`);
