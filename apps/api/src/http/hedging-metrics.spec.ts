import { describe, expect, it } from 'vitest';
import { hedgingMetricsText } from './hedging-metrics.js';

const NOW = new Date('2027-01-15T08:00:10.000Z');
const ONE = { chainId: 1, measuredAt: '2027-01-15T08:00:05.000Z', plans: 2, guarded: 1, roundAt: '2027-01-15T08:00:04.000Z', accounts: 3, oldestReadingAt: '2027-01-15T07:59:58.500Z' };

describe('metrics of hedging', () => {
  it('tell ages in seconds at the time of asking', () => {
    const lines = hedgingMetricsText([ONE], NOW).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines).toEqual(['ballast_hedge_plans{chain="1"} 2', 'ballast_guarded_accounts{chain="1"} 1', 'ballast_hedging_round_age_seconds{chain="1"} 6', 'ballast_venue_accounts{chain="1"} 3', 'ballast_venue_reading_age_seconds{chain="1"} 11.5']);
  });

  it('have no sample of what is not known', () => {
    expect(hedgingMetricsText([{ ...ONE, roundAt: null, oldestReadingAt: null }], NOW)).not.toMatch(/age_seconds/);
    expect(hedgingMetricsText([], NOW)).toBe('');
  });
});
