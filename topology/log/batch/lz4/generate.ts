/**
 * Compiles `assembly/block.ts` to `block.generated.ts`. `--check` changes nothing and fails when that is out of date.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const COMPILER = join(import.meta.dirname, '../../../../node_modules/assemblyscript/bin/asc.js');
const TARGET = join(import.meta.dirname, 'block.generated.ts');
const LINE = 120;

/** @throws Error with what the compiler says */
function compiled(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'telco-twin-asc-'));
  try {
    const file = join(folder, 'block.wasm');
    execFileSync(process.execPath, [COMPILER, 'block.ts', '-O3', '--noAssert', '--runtime', 'stub', '--initialMemory', '4', '--outFile', file], {
      cwd: join(import.meta.dirname, 'assembly'), stdio: ['ignore', 'ignore', 'pipe'],
    });
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function generate(check: boolean): void {
  const lines = compiled().toString('base64').match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  const text = `// Generated from assembly/block.ts by generate.ts: npm run generate.\n\n/** A WebAssembly module, in base64. */\nexport const BLOCK = '${lines.join("'\n  + '")}';\n`;
  if (existsSync(TARGET) && readFileSync(TARGET, 'utf8') === text) return;
  if (check) throw new Error(`${TARGET} is out of date: npm run generate`);
  writeFileSync(TARGET, text);
}

try {
  generate(process.argv.includes('--check'));
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
