import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { LocalStackError } from './errors.ts';

export interface MavenProgress {
  /** Files downloaded so far; stays 0 when all are in Maven's own repository already. */
  readonly files: number;
  /** File being downloaded, e.g. `kafka-clients-4.3.1.jar`. */
  readonly file: string;
}

export interface MavenCall {
  /** Folder with `pom.xml`. */
  readonly folder: string;
  readonly goal: 'copy-dependencies' | 'unpack-dependencies';
  readonly output: string;
  readonly javaHome: string;
  readonly progress: (progress: MavenProgress) => void;
}

const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1';

/**
 * Runs one goal of the dependency plugin with the `mvn` on PATH and the user's own settings (mirrors, proxies).
 * @throws LocalStackError with Maven's error lines when it fails
 */
export async function runMaven(call: MavenCall): Promise<void> {
  const args = [
    '--batch-mode',
    '--file', join(call.folder, 'pom.xml'),
    `${PLUGIN}:${call.goal}`,
    '-DincludeScope=runtime',
    `-DoutputDirectory=${call.output}`,
  ];
  const maven = spawn('mvn', args, {
    cwd: call.folder,
    env: { ...process.env, JAVA_HOME: call.javaHome },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(maven, 'close');
  const errors: string[] = [];
  let files = 0;
  const read = async (stream: NodeJS.ReadableStream): Promise<void> => {
    for await (const line of createInterface({ input: stream })) {
      const started = /Downloading from [^:]+: \S*\/(\S+)/.exec(line)?.[1];
      if (line.includes('Downloaded from ')) files += 1;
      if (started !== undefined) call.progress({ files, file: started });
      if (line.includes('ERROR')) errors.push(line.trim());
    }
  };
  const [[code]] = (await Promise.all([exited, read(maven.stdout), read(maven.stderr)])) as [[number | null], void, void];
  if (code === 0) return;
  throw new LocalStackError(
    `Maven could not resolve the local stack (exit code ${code}):\n${errors.slice(0, 5).join('\n')}`,
    'Check that this machine reaches a Maven repository: proxies and mirrors are set in ~/.m2/settings.xml. ' +
      'Or use servers that run already: set KAFKA_BROKERS and SCHEMA_REGISTRY_URL.',
  );
}
