import { parseDecimal } from '@ballast/units';
import { z } from 'zod';
import type { ActionValue } from './signature.js';

/** A decimal of zero or more, at most eight digits after the point, as units of 1e-8. */
const decimal = z.string().regex(/^\d{1,15}(\.\d{1,8})?$/).transform((text) => parseDecimal(text, 8));
const whole = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const asset = z.number().int().min(0).max(10_000);
const cloid = z.string().regex(/^0x[0-9a-fA-F]{32}$/).transform((text) => text.toLowerCase());

const order = z.strictObject({
  a: asset,
  b: z.boolean(),
  p: decimal,
  s: decimal,
  r: z.boolean(),
  t: z.strictObject({ limit: z.strictObject({ tif: z.enum(['Gtc', 'Ioc', 'Alo']) }) }),
  c: cloid.optional(),
});
export type WireOrder = z.output<typeof order>;

const ACTIONS = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('order'), orders: z.array(order).min(1).max(100), grouping: z.literal('na') }),
  z.strictObject({ type: z.literal('cancel'), cancels: z.array(z.strictObject({ a: asset, o: whole })).min(1).max(100) }),
  z.strictObject({ type: z.literal('cancelByCloid'), cancels: z.array(z.strictObject({ asset, cloid })).min(1).max(100) }),
  z.strictObject({ type: z.literal('updateLeverage'), asset, isCross: z.boolean(), leverage: z.number().int().min(1).max(1_000) }),
  // Millionths of a dollar, below zero to take margin back.
  z.strictObject({ type: z.literal('updateIsolatedMargin'), asset, isBuy: z.boolean(), ntli: z.number().int().min(-1e15).max(1e15) }),
  z.strictObject({ type: z.literal('scheduleCancel'), time: whole.optional() }),
]);
export type WireAction = z.output<typeof ACTIONS>;

const hex = z.string().regex(/^0x[0-9a-fA-F]{1,64}$/);

/** The envelope: who signed what. The action is kept as it came, for its hash is over its keys in their order. */
export const SIGNED_REQUEST = z.object({
  action: z.looseObject({ type: z.string().min(1).max(100) }),
  nonce: whole,
  signature: z.object({ r: hex, s: hex, v: z.union([z.literal(27), z.literal(28), z.literal(0), z.literal(1)]) }),
  vaultAddress: z.string().regex(/^(0x)?[0-9a-fA-F]{40}$/).nullish(),
  expiresAfter: whole.nullish(),
});

export const OFFERED: ReadonlySet<string> = new Set(ACTIONS.options.map(({ shape }) => shape.type.value));

/**
 * The action as the venue hashes it: read, and packed again with decimals that have no zeros at their end. Keys keep their order. Of an action
 * that parseAction takes.
 */
export function repacked(action: { readonly type: string; readonly [key: string]: unknown }): ActionValue {
  if (action.type !== 'order') return action as ActionValue;
  const orders = (action['orders'] as { readonly p: string; readonly s: string }[]).map((order) => ({ ...order, p: trimmed(order.p), s: trimmed(order.s) }));
  return { ...action, orders } as ActionValue;
}

const trimmed = (decimal: string): string => (decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal);

export const parseAction = (action: unknown) => ACTIONS.safeParse(action);
