import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** What each room of the house may import from outside itself. Anything not listed is an error. */
const rooms = {
  host: [],
  twin: [],
  schemas: ['topology/log'],
  topology: ['schemas', 'host'],
  vast: ['host'],
  processors: ['topology', 'schemas', 'twin', 'host', 'vast/client', 'vast/wire'],
  cli: ['topology', 'schemas', 'twin', 'host', 'processors', 'vast', 'deploy/local'],
  'deploy/local': ['host'],
  'deploy/observability': [],
  'deploy/kustomize': ['topology', 'cli/plan'],
};

const all = ['host', 'twin', 'schemas', 'topology', 'vast', 'processors', 'cli', 'deploy', 'console', 'test'];

const boundaries = Object.entries(rooms).map(([room, allowed]) => ({
  files: [`${room}/**/*.ts`],
  rules: {
    'import-x/no-restricted-paths': [
      'error',
      {
        zones: all
          .filter((other) => !room.startsWith(other) && !allowed.includes(other))
          .map((other) => ({
            target: `./${room}`,
            from: `./${other}`,
            except: allowed
              .filter((path) => path.startsWith(`${other}/`))
              .map((path) => `.${path.slice(other.length)}`),
            message: `${room}/ may only import ${['itself', ...allowed].join(', ')} (ARCHITECTURE.md, boundaries)`,
          })),
      },
    ],
  },
}));

const processors = [
  'scenario-injector', 'cdr-generator', 'networklog-generator', 'customerservice-generator',
  'location-generator', 'subscriber-db', 'vast-sink', 'seeder',
];

export default tseslint.config(
  { ignores: ['node_modules/**', '.telco-twin/**', '**/*.generated.ts', '**/assembly/**', 'coverage/**', '**/*.mjs'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver': { node: { extensions: ['.ts', '.js'] } } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/require-await': 'off',
      eqeqeq: 'error',
      'import-x/no-cycle': 'error',
    },
  },
  ...boundaries,
  {
    files: ['processors/**/*.ts'],
    rules: {
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            ...processors.map((name) => ({
              target: `./processors/${name}`,
              from: './processors',
              except: [`./${name}`, './generator', './records', './places', './rest'],
              message: 'processors never import each other (ARCHITECTURE.md, boundaries)',
            })),
            ...['cli', 'deploy', 'console', 'test'].map((from) => ({ target: './processors', from: `./${from}` })),
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['topology/log/**', 'test/**'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [{ name: '@platformatic/kafka', message: 'only topology/log touches a socket of Kafka' }] },
      ],
    },
  },
  {
    // apache-arrow types a column's data and type parameters as `any`.
    files: ['vast/**/*.ts', 'processors/vast-sink/**/*.ts', 'test/**/vast/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
      '@typescript-eslint/no-base-to-string': 'off',
    },
  },
  {
    // Objects of every kind are broken field by field: what is typed as fixed is what these files change.
    files: ['test/kubernetes/checks/refusals/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['twin/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: ['node:*', '@platformatic/*', 'fastify', 'pino'] }],
      'no-restricted-globals': ['error', 'process', 'setTimeout', 'setInterval', 'performance', 'fetch'],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'use twin/random' },
        { object: 'Math', property: 'pow', message: 'differs between V8 versions' },
        { object: 'Date', property: 'now', message: 'twin/ has no clock' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'twin/ has no clock' },
        { selector: "BinaryExpression[operator='**']", message: 'differs between V8 versions' },
      ],
    },
  },
);
