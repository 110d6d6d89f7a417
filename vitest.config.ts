import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The same names that tsconfig.json's `paths` give; the narrower ones first. */
const alias = [
  { find: '@ballast/connectors/signer', replacement: at('./libs/connectors/src/signer/index.ts') },
  { find: '@ballast/connectors/gateway', replacement: at('./libs/connectors/src/gateway/index.ts') },
  { find: '@ballast/connectors/venues', replacement: at('./libs/connectors/src/venues/index.ts') },
  { find: '@ballast/execution/planner', replacement: at('./libs/execution/src/planner/index.ts') },
  { find: '@ballast/notifications/webhook-target', replacement: at('./libs/notifications/src/webhook/target.ts') },
  { find: '@ballast/venue-wire/sealing', replacement: at('./libs/venue-wire/src/sealing/index.ts') },
  { find: /^@ballast\/([a-z-]+)$/, replacement: at('./libs/$1/src/index.ts') },
];
const oxc = { decorator: { legacy: true, emitDecoratorMetadata: true } };

export default defineConfig({
  oxc,
  resolve: { alias },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{apps,libs,test,tools}/**/*.spec.ts', 'apps/web/**/*.spec.tsx'],
          exclude: ['**/node_modules/**', '**/*.int.spec.ts'],
          // One process imports what the files share once instead of a hundred times. A file puts back what it replaces; that none rests
          // on another is seen with --sequence.shuffle.files.
          isolate: false,
          unstubGlobals: true,
          unstubEnvs: true,
          // It ends what hangs; `npm test` runs these beside the integration tests, and behind them.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          // Real parts: PostgreSQL, Redis, the local chain, SMTP. One file at a time: they share two cores.
          name: 'integration',
          include: ['{apps,libs,test}/**/*.int.spec.ts'],
          globalSetup: ['./test/servers.setup.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
} as never);
