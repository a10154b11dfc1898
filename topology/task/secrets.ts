import { readFileSync } from 'node:fs';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A secret in `<name>`, or in the file that `<name>_FILE` names, which wins. The file is read again at every call: a mounted Secret
 * is exchanged while the process runs. Null when neither is set.
 * @throws Error naming the variable, at once and at every call, when the file can't be read or is empty
 */
export function secretSource(env: Environment, name: string): (() => string) | null {
  const file = env[`${name}_FILE`];
  if (file === undefined || file === '') {
    const value = env[name];
    return value === undefined || value === '' ? null : () => value;
  }
  const read = (): string => readSecret(file, `${name}_FILE`);
  read();
  return read;
}

function readSecret(file: string, variable: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new Error(`${variable} is '${file}', which can't be read: ${(cause as Error).message}`, { cause });
  }
  if (text === '') throw new Error(`${variable} is '${file}', which is empty`);
  return text;
}
