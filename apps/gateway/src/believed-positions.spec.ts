import { describe, expect, it } from 'vitest';
import { instrumentId, type DerivativesVenue } from '@ballast/positions';
import { BelievedPositions, diesAt } from './believed-positions.js';

const NOW = 1_800_000_000_000;
const ETH = instrumentId({ environment: 'paper', venue: 'hyperliquid' }, 'ETH');

describe('an order of which nobody knows what became of it', () => {
  it.each<[DerivativesVenue, number]>([['deribit', 12_000], ['bybit', 12_000], ['binance-usdm', 12_000], ['hyperliquid', 64_000], ['okx', 64_000]])('counts at %s for as long as it may still arrive', (venue, ms) => {
    const believed = new BelievedPositions();
    believed.note(ETH, 0n, -10n, { kind: 'unknown', because: 'timeout' }, NOW + 5_000, diesAt(venue, NOW, NOW + 10_000));
    expect(believed.possible(ETH, 0n, NOW + ms - 1)).toEqual([0n, -10n]);
    expect(believed.possible(ETH, 0n, NOW + ms)).toEqual([0n]);
  });
});
