import tseslint from 'typescript-eslint';

const PURE = 'libs/{units,positions,risk,policy}/src/**/*.ts';
const TESTS = ['**/*.spec.ts', '**/*.spec.tsx', '**/test/**', 'test/**', 'tools/**', 'vitest.config.ts', 'prisma.config.ts', 'apps/web/vite.config.ts'];

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.ballast/**', 'libs/storage/src/generated/**', 'libs/contracts/src/abi/**', 'libs/contracts/out/**', 'apps/web/src/api/schema.d.ts', '**/*.cjs', '**/*.mjs'] },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts', 'test/**/*.ts'],
    ignores: ['apps/web/**'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'off',
    },
  },
  {
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    ignores: [...TESTS, 'apps/*/src/env.ts', 'apps/web/**'],
    rules: { 'no-restricted-syntax': ['error', { selector: "MemberExpression[object.name='process'][property.name='env']", message: 'Only apps/*/src/env.ts reads the environment.' }] },
  },
  {
    files: [PURE],
    ignores: TESTS,
    rules: {
      'no-restricted-properties': ['error', { object: 'Date', property: 'now', message: 'Time is an argument.' }, { object: 'Math', property: 'random', message: 'Randomness is an argument.' }],
      'no-restricted-globals': ['error', { name: 'process', message: 'Pure libs know no process.' }],
      'no-restricted-syntax': ['error', { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time is an argument.' }],
    },
  },
);
