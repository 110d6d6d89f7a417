import { z } from 'zod';
import type { MandatePlace } from '@ballast/policy';
import { address, hash32 } from './quantities.js';
import { shapeOf } from './shape.js';

/** `Mandate.place`. */
export const mandatePlace = shapeOf<MandatePlace>()(z.discriminatedUnion('guard', [
  z.object({ guard: z.literal('AaveGuard') }),
  z.object({ guard: z.literal('MorphoGuard'), marketId: hash32 }),
  z.object({ guard: z.literal('VenusGuard'), collateralMarket: address, debtMarket: address }),
]));
