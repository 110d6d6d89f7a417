import { fileURLToPath } from 'node:url';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** How the sources are read wherever they are not built first: the names that tsconfig.json's `paths` give, the narrower ones first, and Nest's decorators. */
export const sources = {
  resolve: {
    alias: [
      { find: '@ballast/connectors/signer', replacement: at('../libs/connectors/src/signer/index.ts') },
      { find: '@ballast/connectors/gateway', replacement: at('../libs/connectors/src/gateway/index.ts') },
      { find: '@ballast/connectors/venues', replacement: at('../libs/connectors/src/venues/index.ts') },
      { find: '@ballast/execution/planner', replacement: at('../libs/execution/src/planner/index.ts') },
      { find: '@ballast/notifications/webhook-target', replacement: at('../libs/notifications/src/webhook/target.ts') },
      { find: '@ballast/venue-wire/sealing', replacement: at('../libs/venue-wire/src/sealing/index.ts') },
      { find: /^@ballast\/([a-z-]+)$/, replacement: at('../libs/$1/src/index.ts') },
    ],
  },
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
};
