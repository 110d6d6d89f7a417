import type { EventLog, Hex } from '@ballast/connectors';
import type { MandatePlace, MandateTerms } from '@ballast/policy';
import { address, hash32, type Address, type Bps, type ChainId, type Hash32, type RawAmount, type Wad } from '@ballast/units';
import { dataSlice } from 'ethers';
import { z } from 'zod';
import { GUARDS } from './signed-form.js';
import { mandateHash } from './typed-data.js';

/** A guard's `Activated`: the hash of the mandate that was put in force, and whose it is. The terms are not in it. */
export interface ActivatedLog {
  readonly hash: Hash32;
  readonly owner: Address;
}

/** What calldata says of a mandate. Its two tokens are known only where the signed form names them: on Aave. */
export interface ActivatedMandate {
  readonly place: MandatePlace;
  readonly terms: Omit<MandateTerms, 'collateral' | 'debt'> & Partial<Pick<MandateTerms, 'collateral' | 'debt'>>;
}

type Guard = MandatePlace['guard'];

/** The guard's event, or null when the log is not one. It does not look at which contract logged it. */
export function activatedIn(guard: Guard, log: Pick<EventLog, 'topics' | 'data'>): ActivatedLog | null {
  const [topic, hash, owner] = log.topics;
  if (topic !== GUARDS[guard].getEvent('Activated')?.topicHash || hash === undefined || owner === undefined) return null;
  return { hash: hash32(hash), owner: address(`0x${owner.slice(-40)}`) };
}

const account = z.string().transform(address);
const common = {
  owner: account, actions: z.bigint().transform(Number), triggerHf: z.bigint(), minHf: z.bigint(), maxHf: z.bigint(), maxCostBps: z.bigint(), fillPerDay: z.bigint(), keepers: account, expiry: z.bigint(), prev: z.string().transform(hash32),
};
const pair = z.object({ ...common, collateral: account, debt: account });
const market = z.object({ ...common, marketId: z.string().transform(hash32) });

/**
 * The terms of the mandate with this hash, from the calldata that put it in force: of the guard's own `activate` or `set`, or of a call that holds one of them somewhere inside, as
 * a wallet contract's does. Who sent the calldata need not be believed: only terms with the very hash that the guard has stored are returned. Null where there are none.
 */
export function activationOf(chainId: ChainId, guard: { readonly kind: Guard; readonly at: Address }, hash: Hash32, input: Hex): ActivatedMandate | null {
  const face = GUARDS[guard.kind];
  for (const name of ['activate', 'set']) {
    const fragment = face.getFunction(name);
    const struct = fragment?.inputs[0];
    if (fragment === null || struct === undefined) continue;
    const selector = fragment.selector.slice(2);
    // The struct's fields are one word each, right behind the selector in both functions.
    const size = (struct.components?.length ?? 0) * 32;
    for (let at = input.indexOf(selector, 2); at >= 0; at = input.indexOf(selector, at + 1)) {
      const start = (at - 2) / 2 + 4;
      if (at % 2 !== 0 || (input.length - 2) / 2 < start + size) continue;
      const found = mandateFrom(guard.kind, () => face.getAbiCoder().decode([struct], dataSlice(input, start, start + size))[0].toObject() as unknown);
      if (found !== null && mandateHash(chainId, guard.at, { place: found.place, terms: withTokens(found.terms) }) === hash) return found;
    }
  }
  return null;
}

/** Where the signed form holds no tokens its hash does not depend on them. */
const withTokens = (terms: ActivatedMandate['terms']): MandateTerms => ({ ...terms, collateral: terms.collateral ?? terms.owner, debt: terms.debt ?? terms.owner });

function mandateFrom(kind: Guard, decode: () => unknown): ActivatedMandate | null {
  let raw: unknown;
  try {
    raw = decode();
  } catch {
    return null; // bytes that happen to look like the selector
  }
  if (kind === 'MorphoGuard') {
    const parsed = market.safeParse(raw);
    if (!parsed.success) return null;
    const { marketId, ...terms } = parsed.data;
    return { place: { guard: kind, marketId }, terms: branded(terms) };
  }
  const parsed = pair.safeParse(raw);
  if (!parsed.success) return null;
  const { collateral, debt, ...terms } = parsed.data;
  return kind === 'AaveGuard' ? { place: { guard: kind }, terms: { ...branded(terms), collateral, debt } } : { place: { guard: kind, collateralMarket: collateral, debtMarket: debt }, terms: branded(terms) };
}

const branded = (terms: Omit<z.output<typeof market>, 'marketId'>) => ({
  ...terms, triggerHf: terms.triggerHf as Wad, minHf: terms.minHf as Wad, maxHf: terms.maxHf as Wad, maxCostBps: terms.maxCostBps as Bps, fillPerDay: terms.fillPerDay as RawAmount,
});
