import { describe, expect, inject, it } from 'vitest';
import { benchReaction } from './reaction.js';

/** The bench's own work, small: that who crosses is acted upon, once, and nobody else. How fast is for `npm run bench -- reaction`. */
describe('reaction bench', () => {
  it('rescues every loan that a block brings below its trigger, among many that it does not', async () => {
    const [result] = await benchReaction({ sizes: [{ tracked: 600, onChain: 16, blocks: 4, fewEvery: 2 }], blockEveryMs: 400, servers: { postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') } }, () => undefined);
    expect(result).toMatchObject({ tracked: 600, onChain: 16, blocks: 4, rescues: 12, missed: [], strangers: [] });
    expect(result?.floor.p50).toBeGreaterThan(0);
    expect(result?.reaction.p50).toBeGreaterThan(0);
  });
});
