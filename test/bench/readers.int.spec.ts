import { describe, expect, it } from 'vitest';
import { benchReaders } from './readers.js';

/** The bench's own work, small: that it runs. How fast is for `npm run bench -- readers`. */
describe('readers bench', () => {
  it('reads the same values three ways, and keeps positions between blocks', async () => {
    const { sizes, refresh } = await benchReaders({ sizes: [6], tracked: 12, rounds: 1 }, () => undefined);
    expect(sizes.map(({ borrowers }) => borrowers)).toEqual([6]);
    expect(sizes[0]?.valuesPerPosition).toBeGreaterThan(5);
    expect(sizes[0]?.timesOneByOne.median).toBeGreaterThan(0);
    expect(refresh).toMatchObject({ tracked: 12, touched: 1 });
  });
});
