/**
 * What the image is made of: `sbom.json` (CycloneDX) and `LICENSES` (the list, then every licence text), written to the working folder.
 * Usage: node bill-of-materials.ts <output of npm sbom> <folder of the Node runtime's npm package>
 * Runs in the folder of package.json, package-lock.json and node_modules.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Package {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly license?: string;
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

interface Component {
  'bom-ref': string;
  type: string;
  name: string;
  version: string;
  purl: string;
  licenses: { license: { id: string } }[];
}

interface Bill {
  readonly metadata: { readonly component: Component };
  readonly components: Component[];
}

/** A package of the image with the texts of its licence and notices. */
interface Licensed extends Package {
  readonly texts: readonly string[];
}

const LICENCE_FILE = /^(licen[sc]e|copying|notice)/i;

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function licensed(folder: string): Licensed {
  const { name, version, license } = readJson(join(folder, 'package.json')) as Package;
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile() && LICENCE_FILE.test(entry.name)).map((entry) => entry.name);
  return { name, version, ...(license === undefined ? {} : { license }), texts: files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim()) };
}

/** Every package of the lock file that is needed at run time and installed on this platform. */
function installed(): Licensed[] {
  const { packages } = readJson('package-lock.json') as Lock;
  const folders = Object.entries(packages).filter(([folder, { dev }]) => folder !== '' && dev !== true && existsSync(folder)).map(([folder]) => folder);
  const unique = new Map(folders.map(licensed).map((entry) => [`${entry.name}@${entry.version}`, entry]));
  return [...unique.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function licenceList(entries: readonly Licensed[]): string {
  const list = entries.map(({ name, version, license }) => `${`${name}@${version}`.padEnd(56)} ${license ?? 'see its text'}`);
  const texts = entries.filter((entry) => entry.texts.length > 0).map(({ name, version, texts }) => `${'='.repeat(80)}\n${name}@${version}\n\n${texts.join('\n\n')}`);
  return `Software in this image besides the Debian base (its licences: /usr/share/doc/*/copyright).\n\n${list.join('\n')}\n\n${texts.join('\n\n')}\n`;
}

const [npmSbom, nodeFolder] = process.argv.slice(2);
if (npmSbom === undefined || nodeFolder === undefined) throw new Error('usage: bill-of-materials.ts <npm sbom> <folder of the Node package>');
const runtime = licensed(nodeFolder);
const bill = readJson(npmSbom) as Bill;
// npm names an application after its folder.
bill.metadata.component.name = (readJson('package.json') as Package).name;
bill.components.push({
  'bom-ref': `${runtime.name}@${runtime.version}`, type: 'application', name: runtime.name, version: runtime.version,
  purl: `pkg:npm/${runtime.name}@${runtime.version}`, licenses: [{ license: { id: runtime.license ?? 'MIT' } }],
});
writeFileSync('sbom.json', `${JSON.stringify(bill, null, 1)}\n`);
writeFileSync('LICENSES', licenceList([...installed(), runtime]));
