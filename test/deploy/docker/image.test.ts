import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { NODE_FLAGS } from '../../../cli/up/processors.ts';

const ROOT = join(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const dockerfile = read('deploy/docker/Dockerfile');
const stages = dockerfile.split(/^FROM /m).slice(1);
const ignore = read('deploy/docker/Dockerfile.dockerignore').split('\n');
const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<'dependencies' | 'devDependencies', Record<string, string>>;

/** What a stage copies out of the build context. */
function copied(stage: string): string[] {
  return [...stage.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) => sources.split(' '));
}

const contents = copied(stages.at(-1)!);
const isContained = (path: string): boolean => contents.some((entry) => path === entry || path.startsWith(`${entry}/`));

function programs(path: string): string[] {
  if (statSync(join(ROOT, path)).isFile()) return path.endsWith('.ts') ? [path] : [];
  return readdirSync(join(ROOT, path)).flatMap((name) => programs(join(path, name)));
}

/** Every module that a file names in an import, static or dynamic, types aside: what Node has to find when it runs the file. */
function imports(file: string): string[] {
  const source = ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const declares = (ts.isImportDeclaration(node) && node.importClause?.isTypeOnly !== true) || (ts.isExportDeclaration(node) && !node.isTypeOnly);
    const specifier = declares ? node.moduleSpecifier : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword ? node.arguments[0] : undefined;
    if (specifier !== undefined && ts.isStringLiteral(specifier)) found.push(specifier.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const importsOf = new Map(contents.flatMap(programs).map((file) => [file, imports(file)]));

function packageName(specifier: string): string {
  return specifier.split('/').slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

describe('the image', () => {
  it('copies what exists and what the build context lets through', () => {
    for (const source of stages.flatMap(copied)) {
      expect(existsSync(join(ROOT, source)), source).toBe(true);
      expect(ignore, source).toContain(`!${source}`);
    }
  });

  it('contains every file and every package that its programs import', () => {
    const missing = [...importsOf].flatMap(([file, specifiers]) => specifiers.flatMap((specifier) => {
      if (isBuiltin(specifier)) return [];
      if (!specifier.startsWith('.')) return packageName(specifier) in dependencies ? [] : [`${file} imports ${specifier}, no dependency at run time`];
      const path = relative(ROOT, join(ROOT, dirname(file), specifier));
      return isContained(path) && existsSync(join(ROOT, path)) ? [] : [`${file} imports ${path}, which is not in the image`];
    }));
    expect(missing).toEqual([]);
  });

  it('contains no room that nothing in it imports', () => {
    const imported = [...importsOf].flatMap(([file, specifiers]) => specifiers.filter((specifier) => specifier.startsWith('.')).map((specifier) => join(dirname(file), specifier)));
    const rooms = contents.filter((entry) => statSync(join(ROOT, entry)).isDirectory() && entry !== 'cli');
    expect(rooms.filter((room) => !imported.some((path) => path.startsWith(`${room}/`)))).toEqual([]);
  });

  it('has base images that a build argument replaces, pinned by digest', () => {
    const defaults = [...dockerfile.slice(0, dockerfile.indexOf('FROM ')).matchAll(/^ARG (\w+)=(.+)$/gm)].map(([, name, value]) => [name, value] as const);
    for (const [name, value] of defaults) expect(value, name).toMatch(/@sha256:[0-9a-f]{64}$/);
    expect(stages.map((stage) => stage.split(/\s/)[0])).toEqual(defaults.map(([name]) => `\${${name}}`));
  });

  it('takes the Node that the tests run on', () => {
    expect(dockerfile).toContain('devDependencies.node');
    expect(devDependencies.node).toMatch(/^\d+\.\d+\.\d+$/);
  });

  it.each(['cli/telco-twin.ts', 'deploy/docker/precompile.ts'])('gives Node the flags that `npm start` gives its processes: %s', (program) => {
    expect(dockerfile).toContain(JSON.stringify(['node', ...NODE_FLAGS, `/app/${program}`]).replaceAll(',', ', '));
  });

  it('runs as a numeric user that is not root, and needs no command of its base', () => {
    expect(/^USER (\d+):\d+$/m.exec(dockerfile)?.[1]).toMatch(/^[1-9]/);
    for (const [run] of stages.at(-1)!.matchAll(/^RUN .*$/gm)) expect(run).toMatch(/^RUN (--mount=\S+ )*\["node", /);
    expect(stages.at(-1)).toMatch(/^ENTRYPOINT \["node", /m);
  });
});
