import { join, resolve } from 'node:path';
import { parseEnv } from '../../apps/cli/src/env.js';
import { startStack, type Stack } from '../../apps/cli/src/stack.js';

const root = resolve(import.meta.dirname, '../..');

/** Everything that `npm start` runs, in the story's own folder, with the market that is kept in the repository's. A service that cannot boot ends the story. */
export const startStoryStack = (home: string, say: (text: string) => void): Promise<Stack> =>
  startStack({
    env: parseEnv({}), home, root, cacheDir: join(root, '.ballast/cache'), onStep: say,
    onBootFailure: (message) => {
      console.error(message);
      process.exit(1);
    },
  });
