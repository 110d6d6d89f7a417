import { z } from 'zod';
import type { Address, Bps, ChainId, Hash32, RawAmount, UsdE8, Wad } from '@ballast/units';
import type { Asset, Provenance } from '@ballast/positions';
import { shapeOf } from './shape.js';

/** How JSON columns write the domain's quantities: whole decimal strings for every bigint. */
const whole = z.string().regex(/^\d+$/);

export const count = whole.transform((text) => BigInt(text));
export const wad = whole.transform((text) => BigInt(text) as Wad);
export const bps = whole.transform((text) => BigInt(text) as Bps);
export const usdE8 = whole.transform((text) => BigInt(text) as UsdE8);
export const rawAmount = whole.transform((text) => BigInt(text) as RawAmount);
export const address = z.string().regex(/^0x[0-9a-f]{40}$/).transform((text) => text as Address);
export const hash32 = z.string().regex(/^0x[0-9a-f]{64}$/).transform((text) => text as Hash32);
export const chainId = z.number().int().positive().transform((value) => value as ChainId);

export const asset = shapeOf<Asset>()(z.object({ chainId, address, symbol: z.string(), decimals: z.number().int() }));

export const provenance = shapeOf<Provenance>()(z.object({
  chainId,
  blockNumber: count,
  blockHash: hash32,
  blockTimestamp: count,
  observedAt: z.number(),
  source: z.string(),
}));
