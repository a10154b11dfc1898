import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { LocalStackError } from './errors.ts';
import { defaultSearch, findJava, MINIMUM_JAVA, type Java, type JavaSearch } from './java.ts';

/**
 * Checks what the local stack needs from the machine and reports everything that is missing at once.
 * @returns the Java to run Kafka, the registry and Maven with
 * @throws LocalStackError that says what is missing, why it is needed, and how to install it
 */
export async function checkPrerequisites(search: JavaSearch = defaultSearch()): Promise<Java> {
  const missing: string[] = [];
  const { found, seen } = await findJava(MINIMUM_JAVA, search);
  if (found === undefined) missing.push(javaMessage(seen));
  if (!onPath('mvn', search.env)) missing.push(MAVEN_MESSAGE);
  if (found !== undefined && missing.length === 0) return found;
  throw new LocalStackError(
    `The local stack needs ${missing.length === 1 ? 'one more thing' : `${missing.length} more things`} on this machine:\n\n${missing.join('\n\n')}\n`,
    'Without them: point KAFKA_BROKERS and SCHEMA_REGISTRY_URL at servers that run already, or use docker compose up.',
  );
}

function javaMessage(seen: readonly Java[]): string {
  const have = seen.length === 0 ? 'none found' : `found ${seen.map((java) => `${java.version} in ${java.home}`).join(', ')}`;
  return [
    `  Java ${MINIMUM_JAVA} or newer (${have}). Apache Kafka and the schema registry run on it.`,
    '    Debian/Ubuntu  sudo apt-get install openjdk-21-jre-headless',
    '    Fedora         sudo dnf install java-21-openjdk-headless',
    '    macOS          brew install openjdk@21',
    '    Installed elsewhere? Set JAVA_HOME to its folder.',
  ].join('\n');
}

const MAVEN_MESSAGE = [
  '  Maven (no `mvn` on PATH). It fetches Kafka and the registry, once.',
  '    Debian/Ubuntu  sudo apt-get install maven',
  '    Fedora         sudo dnf install maven',
  '    macOS          brew install maven',
].join('\n');

function onPath(program: string, env: NodeJS.ProcessEnv): boolean {
  return (env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
