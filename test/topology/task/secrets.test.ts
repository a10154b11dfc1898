import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretSource } from '../../../topology/task/secrets.ts';

describe('a secret', () => {
  let folder: string;
  let file: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'telco-twin-secrets-'));
    file = join(folder, 'secret');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('comes from the variable, or is absent', () => {
    expect(secretSource({ NAME: 'value' }, 'NAME')?.()).toBe('value');
    expect(secretSource({ NAME: '' }, 'NAME')).toBeNull();
    expect(secretSource({}, 'NAME')).toBeNull();
  });

  it('comes from the file rather than from the variable, and follows it', () => {
    writeFileSync(file, 'one\n');
    const secret = secretSource({ NAME: 'value', NAME_FILE: file }, 'NAME');
    expect(secret?.()).toBe('one');
    writeFileSync(file, 'two');
    expect(secret?.()).toBe('two');
  });

  it('says at once, and later, what is wrong with the file', () => {
    expect(() => secretSource({ NAME_FILE: join(folder, 'absent') }, 'NAME')).toThrow(/NAME_FILE is '.*absent', which can't be read: ENOENT/);
    writeFileSync(file, 'one');
    const secret = secretSource({ NAME_FILE: file }, 'NAME');
    writeFileSync(file, ' \n');
    expect(() => secret?.()).toThrow(/NAME_FILE is '.*', which is empty/);
  });
});
