import { describe, expect, inject, it } from 'vitest';
import { benchCrowd } from './crowd.js';

/** The bench's own work, small: that all cross in one block and are rescued, each once. How fast is for `npm run bench -- crowd`. */
describe('crowd bench', () => {
  it('rescues every loan of a handful that cross in one block, before anybody liquidates one', async () => {
    const result = await benchCrowd({ positions: 8, blockEveryMs: 2_000, mostBlocks: 20, servers: { postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') } }, () => undefined);
    expect(result).toMatchObject({ positions: 8, crossed: 8, rescued: 8, liquidated: 0, liquidatedFromSafe: 0, open: 0, again: 0, liquidations: [] });
    expect(result.bands.map(({ positions }) => positions).reduce((sum, count) => sum + count, 0)).toBe(8);
    expect(result.blocks.reduce((sum, { rescues }) => sum + rescues, 0)).toBe(8);
  });
});
