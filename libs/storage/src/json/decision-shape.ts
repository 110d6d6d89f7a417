import { z } from 'zod';
import type { Candidate, CannotReason, Decision, HoldReason, MinedReceipt } from '@ballast/policy';
import { positionId } from './position-shape.js';
import { address, asset, count, hash32, rawAmount, usdE8, wad } from './quantities.js';
import { shapeOf } from './shape.js';

const candidate = shapeOf<Candidate>()(z.object({
  action: z.enum(['repay', 'top-up', 'wait']),
  asset: asset.nullable(),
  amount: rawAmount,
  costUsdE8: usdE8,
  healthAfter: wad.nullable(),
  verdict: z.enum(['chosen', 'possible', 'impossible']),
  why: z.string(),
}));

const considered = {
  positionId,
  mandateHash: hash32.nullable(),
  healthFactor: wad.nullable(),
  trigger: wad.nullable(),
  target: wad.nullable(),
  clamp: z.string().nullable(),
  candidates: z.array(candidate).readonly(),
};

// Reasons are not listed again here: a row written by another version must stay readable.
const holdReason = z.string().min(1).transform((text) => text as HoldReason);
const cannotReason = z.string().min(1).transform((text) => text as CannotReason);

/** `Decision.detail`. */
export const decision = shapeOf<Decision>()(z.discriminatedUnion('kind', [
  z.object({ ...considered, kind: z.literal('act'), action: z.enum(['repay', 'top-up']), asset, min: rawAmount, max: rawAmount, reason: z.literal('below-trigger') }),
  z.object({ ...considered, kind: z.literal('hold'), reason: holdReason }),
  z.object({ ...considered, kind: z.literal('cannot'), reason: cannotReason }),
]));

/** `Intent.receipt`. */
export const minedReceipt = shapeOf<MinedReceipt>()(z.object({
  transactionHash: hash32,
  blockNumber: count,
  blockHash: hash32,
  succeeded: z.boolean(),
  gasUsed: count,
  effectiveGasPrice: count,
  executed: z
    .object({
      mandateHash: hash32, owner: address, executor: address, action: z.number().int(), seq: count,
      hfBefore: wad, hfAfter: wad, debtRepaid: rawAmount, collateralIn: rawAmount, collateralOut: rawAmount,
    })
    .nullable(),
}));
