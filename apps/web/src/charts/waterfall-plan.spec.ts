import { describe, expect, it } from 'vitest';
import { ACCOUNT, aHedge, anExposure } from '../testing/hedging.js';
import { planWaterfall } from './waterfall-plan.js';

const spans = (plan: ReturnType<typeof planWaterfall>) => plan.bars.map(({ label, span }) => [label, span && [span.from, span.to].map((end) => Number(end.toFixed(2)))]);

describe('the bars of an exposure', () => {
  it('stand on each other, to the whole, the hedge and what is left', () => {
    expect(spans(planWaterfall(anExposure(), aHedge(), 7))).toEqual([['Aave loan', [0, 42]], ['Morpho loan', [42, 57]], ['stETH loop', [57, 62.29]], ['Before', [0, 62.29]], ['Hedge', [62.29, 48.29]], ['After', [0, 48.29]]]);
  });
  it('show what is there now before a new hedge is looked at', () => {
    const plan = planWaterfall(anExposure({ hedge: { low: '0', high: '0' }, after: { low: '62.29', high: '62.29' } }), aHedge({ before: null, held: null, after: null, band: null }), 7);
    expect(spans(plan).slice(-3)).toEqual([['Before', [0, 62.29]], ['Hedge', [62.29, 62.29]], ['After', [0, 62.29]]]);
  });
  it('end with the whole where there is no hedge', () => expect(planWaterfall(anExposure(), null, 7).bars.map(({ label }) => label)).toEqual(['Aave loan', 'Morpho loan', 'stETH loop', 'In all']));
  it('leave a gap for what is not known, and move nothing by it', () => {
    const { parts } = anExposure();
    const plan = planWaterfall(anExposure({ parts: [{ ...parts[0]!, delta: null, freshness: 'unknown' }, parts[1]!] }), null, 7);
    expect(spans(plan).slice(0, 2)).toEqual([['Aave loan', null], ['Morpho loan', [0, 15]]]);
    expect(plan.bars[0]?.words).toBe('not known');
  });
  it('draw the hedge once, also where its leg is told among the parts', () => {
    const { parts } = anExposure();
    const plan = planWaterfall(anExposure({ parts: [...parts, { of: `${ACCOUNT}:ETH`, label: 'ETH short', what: 'perpetual', delta: { low: '-14', high: '-14' }, freshness: 'fresh' }] }), aHedge(), 7);
    expect(plan.bars.filter(({ words }) => words === '−14.00').map(({ label }) => label)).toEqual(['Hedge']);
  });
  it('gather the smallest parts where there is no room', () => {
    expect(spans(planWaterfall(anExposure(), aHedge(), 2)).slice(0, 2)).toEqual([['Aave loan', [0, 42]], ['2 more', [42, 62.29]]]);
  });
  it('show how far an end may really lie, and keep it in the picture', () => {
    const plan = planWaterfall(anExposure({ before: { low: '60', high: '66' } }), null, 7);
    expect(plan.bars.at(-1)?.ends).toEqual({ low: 60, high: 66 });
    expect(plan.high).toBe(66);
  });
});
