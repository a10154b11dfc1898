import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface CommandOptions {
  readonly stdin?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

export interface CommandResult {
  readonly code: number | null;
  /** Standard output and standard error as they came, mixed. */
  readonly output: string;
  readonly stdout: string;
}

/**
 * Runs a program to its end, whatever its exit code.
 * @throws Error when it can't be started
 */
export async function tryCommand(program: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], env: options.env ?? process.env, ...(options.cwd === undefined ? {} : { cwd: options.cwd }) });
  let output = '';
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text; stdout += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { output += text; });
  child.stdin.on('error', () => undefined).end(options.stdin ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output, stdout };
}

/**
 * Runs a program and returns its standard output.
 * @throws Error with the end of what it printed when it fails
 */
export async function command(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { code, output, stdout } = await tryCommand(program, args, options);
  if (code === 0) return stdout;
  throw new Error(`${program} ${args.slice(0, 4).join(' ')} ended with ${String(code)}:\n${output.trimEnd().split('\n').slice(-20).join('\n')}`);
}
