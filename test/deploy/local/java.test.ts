import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { featureVersion, findJava, type JavaSearch } from '../../../deploy/local/java.ts';
import { checkPrerequisites } from '../../../deploy/local/prerequisites.ts';

describe('finding a Java', () => {
  let root: string;

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'telco-twin-java-')));
  });

  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });

  /** A JDK as installers lay it out; without a release file its `java -version` tells the version, as for some JREs. */
  function jdk(path: string, version: string, release = true): string {
    const home = join(root, path);
    mkdirSync(join(home, 'bin'), { recursive: true });
    executable(join(home, 'bin', 'java'), `echo 'openjdk version "${version}" 2026-01-01' >&2`);
    if (release) writeFileSync(join(home, 'release'), `IMPLEMENTOR="X"\nJAVA_VERSION="${version}"\n`);
    return home;
  }

  function executable(path: string, body: string): void {
    writeFileSync(path, `#!/bin/sh\n${body}\n`);
    chmodSync(path, 0o755);
  }

  const search = (env: NodeJS.ProcessEnv, ...folders: string[]): JavaSearch => ({
    env, folders: folders.map((folder) => join(root, folder)),
  });

  it('takes JAVA_HOME before a newer one that is installed', async () => {
    const chosen = jdk('mine', '21.0.2');
    jdk('jvm/jdk-25', '25.0.3');
    expect((await findJava(21, search({ JAVA_HOME: chosen }, 'jvm'))).found).toEqual({
      home: chosen, bin: join(chosen, 'bin', 'java'), version: 21,
    });
  });

  it('passes over an old JAVA_HOME and an old java on PATH, and takes the newest that is installed', async () => {
    const old = jdk('jvm/java-17', '17.0.15');
    jdk('jvm/java-21', '21.0.2');
    const newest = jdk('jvm/temurin-25', '25.0.3');
    const { found, seen } = await findJava(21, search({ JAVA_HOME: old, PATH: join(old, 'bin') }, 'jvm'));
    expect(found?.home).toBe(newest);
    expect(seen.map((java) => java.version).sort()).toEqual([17, 21, 25]);
  });

  it('follows the links through which PATH reaches a JDK', async () => {
    const home = jdk('opt/jdk-22', '22.0.1');
    mkdirSync(join(root, 'bin'));
    symlinkSync(join(home, 'bin', 'java'), join(root, 'alternatives-java'));
    symlinkSync(join(root, 'alternatives-java'), join(root, 'bin', 'java'));
    expect((await findJava(21, search({ PATH: join(root, 'bin') }))).found?.home).toBe(home);
  });

  it('knows the layouts of macOS bundles and Homebrew', async () => {
    jdk('bundles/temurin-21.jdk/Contents/Home', '21.0.2');
    const brew = jdk('brew/openjdk@23/libexec/openjdk.jdk/Contents/Home', '23');
    expect((await findJava(21, search({}, 'bundles', 'brew'))).found?.home).toBe(brew);
  });

  it('asks the executable where there is no release file, and ignores folders without one', async () => {
    const home = jdk('jvm/bare', '24.0.1', false);
    mkdirSync(join(root, 'jvm', 'debris', 'bin'), { recursive: true });
    expect((await findJava(21, search({}, 'jvm', 'absent'))).found).toMatchObject({ home, version: 24 });
  });

  it('reads both spellings of a version', () => {
    expect(featureVersion('1.8.0_402')).toBe(8);
    expect(featureVersion('25.0.3')).toBe(25);
    expect(featureVersion('26-ea')).toBe(26);
    expect(featureVersion(undefined)).toBeUndefined();
  });

  it('names everything that is missing at once, with what to install', async () => {
    const old = jdk('jvm/java-17', '17.0.15');
    const error = await checkPrerequisites(search({ JAVA_HOME: old, PATH: join(root, 'empty') }, 'jvm')).catch(String);
    expect(error).toContain('2 more things');
    expect(error).toContain(`Java 21 or newer (found 17 in ${old})`);
    expect(error).toMatch(/Debian\/Ubuntu .*openjdk-21/);
    expect(error).toMatch(/Fedora .*java-21-openjdk/);
    expect(error).toMatch(/macOS .*openjdk@21/);
    expect(error).toContain('Maven (no `mvn` on PATH)');
    expect(error).toContain('KAFKA_BROKERS');
  });

  it('is content with a Java and Maven', async () => {
    const home = jdk('jvm/jdk-21', '21');
    mkdirSync(join(root, 'tools'));
    executable(join(root, 'tools', 'mvn'), 'true');
    expect(await checkPrerequisites(search({ PATH: join(root, 'tools') }, 'jvm'))).toMatchObject({ home, version: 21 });
  });
});
