import type { VenueKeyRecord } from '@ballast/policy';
import { VenueAnswerInvalid, VenueKeyRefused, VenueRateLimited, VenueUnavailable, instrumentId, venueAccountId } from '@ballast/positions';
import { address, chainId, type Bps, type UsdE8 } from '@ballast/units';
import { describe, expect, it } from 'vitest';
import type { VenueLine } from './keeping.js';
import { KeyWatch, VenueNotAsked } from './key-watch.js';

const PLACE = { environment: 'paper', venue: 'hyperliquid' } as const;
const ACCOUNT = venueAccountId(PLACE, 'main');
const KEY: VenueKeyRecord = {
  ...PLACE, chainId: chainId(1), owner: address(`0x${'0a'.repeat(20)}`), name: 'main', label: 'mine', sealed: 'sealed', state: { kind: 'connected', ends: { kind: 'never' } },
  limits: { instruments: [instrumentId(PLACE, 'ETH')], maxNotionalUsdE8: 1n as UsdE8, turnoverPerDayUsdE8: 1n as UsdE8, maxPriceApart: 100n as Bps },
};

/** A watch over one key, with what the venue says when it is asked about it. */
function watched(check: () => Promise<never> = () => Promise.reject(new Error('not asked'))) {
  const clock = { now: 1_800_000_000_000 };
  const line = { checkKey: check } as unknown as VenueLine;
  const keys = new KeyWatch({ key: async () => KEY, keyIs: async () => undefined }, { line: () => line }, () => clock.now);
  const failing = (error: Error): Promise<unknown> => keys.ask(ACCOUNT, () => Promise.reject(error)).catch((thrown: unknown) => thrown);
  const asked = (): Promise<unknown> => keys.ask(ACCOUNT, async () => 'answered').catch((thrown: unknown) => thrown);
  return { keys, failing, asked, clock };
}

describe('a key whose questions fail', () => {
  it.each<[string, Error]>([['no answer', new VenueUnavailable('hyperliquid', '503')], ['too many questions', new VenueRateLimited('hyperliquid', '429')], ['a refusal of the key', new VenueKeyRefused('hyperliquid', 'revoked')]])('is not asked again at once after %s', async (_, error) => {
    const { failing, asked, clock } = watched();
    expect(await failing(error)).toBe(error);
    expect(await asked()).toBeInstanceOf(VenueNotAsked);
    clock.now += 30_000;
    expect(await asked()).toBe('answered');
  });

  it.each<[string, Error]>([['an answer that nobody can read', new VenueAnswerInvalid('hyperliquid', 'market', 'no mark')], ['a fault of our own', new TypeError('x is undefined')]])('goes on being asked after %s: it is about that question alone', async (_, error) => {
    const { failing, asked } = watched();
    expect(await failing(error)).toBe(error);
    expect(await asked()).toBe('answered');
  });

  it('is asked on where what it may do was told unreadably', async () => {
    const { keys, asked } = watched(() => Promise.reject(new VenueAnswerInvalid('hyperliquid', 'check', 'no scopes')));
    expect(await keys.standing(ACCOUNT)).toMatchObject({ key: { kind: 'valid' }, scopes: { kind: 'unknown' } });
    expect(await asked()).toBe('answered');
  });
});
