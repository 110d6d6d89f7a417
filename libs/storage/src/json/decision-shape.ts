import { z } from 'zod';
import { FLASH_LENDERS, type IntentKind, type Legs, type Aim, type Candidate, type CannotReason, type Costs, type Dearness, type Decision, type Economics, type FillCall, type HoldReason, type IntentPlan, type MinedReceipt, type Stakes } from '@ballast/policy';
import { positionId } from './position-shape.js';
import { address, asset, bps, chainId, count, hash32, rawAmount, usdE8, wad } from './quantities.js';
import { shapeOf } from './shape.js';

const costs = shapeOf<Costs>()(z.object({ gasUsdE8: usdE8, tradeUsdE8: usdE8, premiumUsdE8: usdE8, carryUsdE8: usdE8 }));

// Costs and what is averted are absent in rows of before they were stored.
const candidate = shapeOf<Candidate>()(z.object({
  action: z.enum(['repay', 'top-up', 'fill', 'move', 'hedge', 'wait']),
  asset: asset.nullable(),
  amount: rawAmount,
  costUsdE8: usdE8,
  costs: costs.nullable().optional(),
  avertedUsdE8: usdE8.nullable().optional(),
  healthAfter: wad.nullable(),
  verdict: z.enum(['chosen', 'possible', 'impossible']),
  why: z.string(),
}));

const stakes = shapeOf<Stakes>()(z.object({
  horizonHours: z.number(), chance: wad, chanceKnown: z.boolean(), lossUsdE8: usdE8, worstUsdE8: usdE8, expectedUsdE8: usdE8, because: z.enum(['usual', 'jump', 'thin-market']),
}));

const dearness = shapeOf<Dearness>()(z.object({ costUsdE8: usdE8, savesUsdE8: usdE8, atMost: z.boolean() }));

const considered = {
  positionId,
  mandateHash: hash32.nullable(),
  healthFactor: wad.nullable(),
  trigger: wad.nullable(),
  target: wad.nullable(),
  clamp: z.string().nullable(),
  candidates: z.array(candidate).readonly(),
  stakes: stakes.optional(),
};

// Reasons are not listed again here: a row written by another version must stay readable.
const holdReason = z.string().min(1).transform((text) => text as HoldReason);
const cannotReason = z.string().min(1).transform((text) => text as CannotReason);

const path = z.string().regex(/^0x([0-9a-f]{2})+$/).transform((text) => text as `0x${string}`);

const aim = shapeOf<Aim>()(z.object({ health: wad, otherDebt: rawAmount, thresholdBps: bps, costBps: bps }));

/** `Intent.towards`. */
export const towards = shapeOf<NonNullable<IntentPlan['towards']>>()(z.object({ filler: address, aim }));

/** `Intent.economics`. */
export const economics = shapeOf<Economics>()(z.object({ healthFactor: wad.nullable(), lossAvoidedUsdE8: usdE8, coinUsdE8: usdE8.nullable(), chance: z.number().nullable() }));

/** `Intent.fill`, and a part of a decision to fill. */
export const fillCall = shapeOf<FillCall>()(z.discriminatedUnion('lane', [
  z.object({ lane: z.literal('flash'), out: rawAmount, filler: address, lender: z.union([z.literal(FLASH_LENDERS.AAVE), z.literal(FLASH_LENDERS.MORPHO)]), router: address, path, keeps: rawAmount, aim }),
  z.object({ lane: z.literal('capital'), out: rawAmount }),
]));

/** `WouldHave.plan`: of an action. */
export const intentPlan = shapeOf<IntentPlan>()(z.object({
  kind: z.enum(['ACTIVATE', 'PERMIT', 'REPAY', 'TOP_UP', 'FILL'] as const satisfies readonly IntentKind[]), chainId, guard: address, mandateHash: hash32, positionId, min: rawAmount, max: rawAmount, deadline: count,
  fill: fillCall.optional(), towards: towards.optional(), permitId: z.string().optional(), economics: economics.optional(),
}));

const holdings = z.array(z.object({ asset: address, amount: rawAmount })).readonly();

/** `WouldHave.legs`. */
export const legs = shapeOf<Legs>()(z.object({ collaterals: holdings, debts: holdings }));

const act = { ...considered, kind: z.literal('act'), asset, min: rawAmount, max: rawAmount, reason: z.literal('below-trigger') };

/** `Decision.detail`. */
export const decision = shapeOf<Decision>()(z.union([
  z.object({ ...act, action: z.enum(['repay', 'top-up']) }),
  z.object({ ...act, action: z.literal('fill'), sold: asset, fill: fillCall }),
  z.object({ ...considered, kind: z.literal('hold'), reason: holdReason }),
  z.object({ ...considered, kind: z.literal('cannot'), reason: cannotReason, dearness: dearness.optional() }),
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
  filled: z.object({ swappedIn: rawAmount, swappedOut: rawAmount, premium: rawAmount, kept: rawAmount, surplus: rawAmount }).nullable().optional(),
}));
