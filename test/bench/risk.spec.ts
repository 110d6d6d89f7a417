import { describe, expect, it } from 'vitest';
import { benchRisk } from './risk.js';

/** The bench's own work, small: that it runs and that it compares like with like. How fast is for `npm run bench -- risk`. */
describe('risk bench', () => {
  it('gives ours and the peers the same questions', async () => {
    const found = await benchRisk({ sizes: [200, 1_000], rounds: 2, quantlibSample: 200, aaveSample: 50, morphoSample: 50 }, () => undefined);
    expect(found.chanceAndGreeks.agreement.largestDifference).toBeLessThan(1e-12);
    for (const { agreement } of found.healthFactor) expect(agreement.largestDifference).toBeLessThan(1e-7);
    expect(found.growth.map(({ positions }) => positions)).toEqual([200, 1_000]);
    expect(found.tick.overSumOfParts.median).toBeGreaterThan(0);
  });
});
