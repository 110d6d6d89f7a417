import { holderOf, newHolderKey, openKey, type KeyPlace } from '@ballast/venue-wire';
import { expect, it } from 'vitest';
import { keyIdInWords, randomKeyName, seal } from '../../../web/src/connect/seal.js';
import { keyName, venueKeyRequest } from './hedging-schemas.js';

const place = { environment: 'paper', venue: 'hyperliquid', chainId: 31_337, owner: `0x${'7A'.repeat(20)}`, name: 'k3v9x0m2p7qa' } as const;
const limits = { instruments: ['ETH', 'BTC'], maxNotionalUsd: '20000', turnoverPerDayUsd: '60000.5', maxPriceApartPercent: '0.5' };
const agentKey = `0x${'5c'.repeat(32)}`;

it('what the dashboard seals opens at the process that holds keys, and only where it was sealed for', async () => {
  const holder = await holderOf(await newHolderKey());
  const sealed = await seal({ account: `0x${'1b'.repeat(20)}`, agentKey }, limits, place, await holder.publicKey());
  expect(sealed).not.toContain('5c5c5c');
  expect(venueKeyRequest.shape.sealed.safeParse(sealed).success).toBe(true);
  const content = await openKey(holder, place as unknown as KeyPlace, sealed);
  expect(content.credentials).toMatchObject({ venue: 'hyperliquid', agentKey });
  expect(content.limits).toEqual({ instruments: ['paper:hyperliquid:instrument:ETH', 'paper:hyperliquid:instrument:BTC'], maxNotionalUsdE8: 2_000_000_000_000n, turnoverPerDayUsdE8: 6_000_050_000_000n, maxPriceApart: 50n });
  for (const other of [{ environment: 'live' }, { venue: 'deribit' }, { chainId: 1 }, { name: 'aaaaaaaaaaaa' }, { owner: `0x${'11'.repeat(20)}` }]) await expect(openKey(holder, { ...place, ...other } as unknown as KeyPlace, sealed)).rejects.toThrow();
  expect(await keyIdInWords(await holder.publicKey())).toMatch(/^([0-9a-f]{4} ){3}[0-9a-f]{4}$/);
});

it('names of keys are as the contract wants them, and never the same', () => {
  const names = Array.from({ length: 200 }, randomKeyName);
  for (const name of names) expect(keyName.safeParse(name).success).toBe(true);
  expect(new Set(names).size).toBe(200);
});
