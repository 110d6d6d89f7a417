import type { ContractSize, Instrument, MarginTiers, Quote, Settlement, TickRule } from '@ballast/positions';
import { z } from 'zod';
import { coinE18, contractsE18, instrument as instrumentIdShape, name, seconds, time, underlying, usdE8, wad, wholeNumber, words } from './scalars.js';
import { shapeOf } from './shape.js';

export const settlement = shapeOf<Settlement>()(z.discriminatedUnion('kind', [z.object({ kind: z.literal('coin'), underlying }), z.object({ kind: z.literal('usd'), token: name })]));

export const quote = shapeOf<Quote>()(z.discriminatedUnion('unit', [z.object({ unit: z.literal('usd'), usdE8 }), z.object({ unit: z.literal('coin'), coinE18 })]));

const contractSize = shapeOf<ContractSize>()(z.discriminatedUnion('kind', [z.object({ kind: z.literal('linear'), coinE18 }), z.object({ kind: z.literal('inverse'), usdE8 })]));

const tick = shapeOf<TickRule>()(z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fixed'), step: quote }),
  z.object({ kind: z.literal('stepped'), rows: z.array(z.object({ from: quote, step: quote })).readonly() }),
  z.object({ kind: z.literal('significant'), figures: z.number().int(), maxDecimals: z.number().int() }),
]));

const tiers = shapeOf<MarginTiers>()(z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('tiers'), unit: z.enum(['usd', 'coin']), rows: z.array(z.object({ from: wholeNumber, maintenanceRate: wad, initialRate: wad, deduction: wholeNumber })).readonly() }),
  z.object({ kind: z.literal('unknown'), why: words }),
]));

const traded = {
  id: instrumentIdShape, underlying, settlement, contract: contractSize, lot: contractsE18, minContracts: contractsE18, minNotionalUsdE8: usdE8, minNotionalExemptsReduceOnly: z.boolean(), tick, takerFee: wad,
  state: z.enum(['open', 'closed', 'gone']),
};

/** What is listed at a venue. */
export const listedInstrument = shapeOf<Instrument>()(z.discriminatedUnion('kind', [
  z.object({ ...traded, kind: z.literal('perpetual'), tiers, maxLeverage: wad, fundingIntervalSeconds: seconds }),
  z.object({ ...traded, kind: z.literal('option'), type: z.enum(['call', 'put']), strikeUsdE8: usdE8, expiresAt: time, settlementWindowSeconds: seconds, feeCapOfPremium: wad }),
]));
