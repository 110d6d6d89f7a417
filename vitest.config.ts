import { defineConfig } from 'vitest/config';
import { sources } from './test/sources.js';

export default defineConfig({
  ...sources,
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
          // One process, as above: to import Nest, ethers, ccxt and Prisma's engine anew takes each file three seconds of the processor's time.
          isolate: false,
          unstubGlobals: true,
          unstubEnvs: true,
          testTimeout: 120_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
} as never);
