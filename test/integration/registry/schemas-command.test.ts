import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { RegistryClient } from '../../../schemas/registry.ts';
import { registeredText, schemaTopics } from '../../../schemas/subjects.ts';
import { sharedRegistry, uniquePrefix } from '../support/stack.ts';

let url: string;
beforeAll(async () => {
  url = await sharedRegistry();
});

async function telcoTwin(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const program = join(import.meta.dirname, '../../../cli/telco-twin.ts');
  return await new Promise((resolve) => {
    execFile(process.execPath, [program, 'schemas', ...args], { env: { ...process.env, SCHEMA_REGISTRY_URL: url } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('telco-twin schemas', () => {
  test('check fails before register and succeeds after it', async () => {
    const prefix = uniquePrefix();
    const before = await telcoTwin('check', '--prefix', prefix, '--json');
    expect(before.code).toBe(1);
    expect((JSON.parse(before.stdout) as { status: string }[]).map(({ status }) => status)).toEqual(schemaTopics.map(() => 'missing'));

    const registered = await telcoTwin('register', '--prefix', prefix, '--json');
    expect(registered.code).toBe(0);
    expect((JSON.parse(registered.stdout) as { status: string }[]).map(({ status }) => status)).toEqual(schemaTopics.map(() => 'new'));

    const after = await telcoTwin('check', '--prefix', prefix);
    expect(after).toMatchObject({ code: 0, stderr: '' });
    expect(after.stdout).toContain(`${prefix}cdrs-value`);
  });

  test('check says what differs, on stderr', async () => {
    const prefix = uniquePrefix();
    const other = JSON.parse(registeredText('Tick')) as { fields: { name: string; type: unknown }[] };
    other.fields[1].type = 'string';
    await new RegistryClient({ url }).register(`${prefix}sim_ticks-value`, JSON.stringify(other));
    const { code, stderr } = await telcoTwin('check', '--prefix', prefix);
    expect(code).toBe(1);
    expect(stderr).toContain(`${prefix}sim_ticks-value: sequence is string in the registry and long here`);
  });

  test('print gives the schema as it is in the file; an unknown record is wrong usage', async () => {
    const { stdout } = await telcoTwin('print', 'Cdr');
    expect((JSON.parse(stdout) as { name: string }).name).toBe('Cdr');
    const wrong = await telcoTwin('print', 'Foo');
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain("there is no record 'Foo'; records: Cdr, ");
  });
});
