import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const ROOT = join(import.meta.dirname, '..', '..', '..');
/** Rooms whose code reads the environment. */
const ROOMS = ['cli/commands', 'cli/program.ts', 'processors', 'schemas/registry', 'topology'];
const VARIABLE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/**
 * Names of environment variables that the code of the twin reads: identifiers and string literals that look like one, without
 * comments and help texts. A secret `X` may also come from the file that `X_FILE` names.
 */
export function knownVariables(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const file of ROOMS.flatMap((room) => sources(join(ROOT, room)))) {
    const visit = (node: ts.Node): void => {
      if (ts.isPropertyAccessExpression(node) && node.expression.getText().endsWith('env') && VARIABLE.test(node.name.text)) found.add(node.name.text);
      if (ts.isStringLiteral(node) && VARIABLE.test(node.text) && (ts.isCallExpression(node.parent) || ts.isElementAccessExpression(node.parent))) found.add(node.text);
      if (ts.isBindingElement(node) && VARIABLE.test(node.name.getText())) found.add(node.name.getText());
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true));
  }
  for (const name of [...found]) if (/(PASSWORD|USERNAME|KEY|TOKEN)$/.test(name)) found.add(`${name}_FILE`);
  return found;
}

function sources(path: string): string[] {
  if (path.endsWith('.ts')) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return sources(join(path, entry.name));
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.generated.ts') ? [join(path, entry.name)] : [];
  });
}
