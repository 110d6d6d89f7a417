import { erc20Abi, type EventLog } from '@ballast/connectors';
import { MANDATE_ACTIONS, type ExecutedEvent, type FilledEvent, type IntentPlan, type MandateTerms, type Permit } from '@ballast/policy';
import { address, formatHealth, hash32, rawAmount, wad, type Address } from '@ballast/units';
import type { Interface } from 'ethers';
import { z } from 'zod';
import { FILLERS, GUARDS } from './signed-form.js';

const hash = z.string().transform(hash32);
const account = z.string().transform(address);
const quantity = z.bigint();
const executed = z.tuple([hash, account, account, quantity, quantity, quantity, quantity, quantity, quantity, quantity]);
/** The mandate's hash and its owner come first in every guard's event, whatever it names the loan by. */
const activated = z.tuple([hash, account]).rest(z.unknown());
/** `Executed` and `Filled` are the same of all guards and fillers. */
const [anyGuard, anyFiller] = [GUARDS.AaveGuard, FILLERS.AaveGuard as Interface];

/** Returns the guard's `Executed` event, or null when the log is not one. It does not look at which contract logged it. */
export function decodeExecuted(log: Pick<EventLog, 'topics' | 'data'>): ExecutedEvent | null {
  const values = argsOf('Executed', executed, log);
  if (values === null) return null;
  const [mandateHash, owner, executor, action, seq, hfBefore, hfAfter, debtRepaid, collateralIn, collateralOut] = values;
  return {
    mandateHash, owner, executor, seq,
    action: Number(action),
    hfBefore: wad(hfBefore),
    hfAfter: wad(hfAfter),
    debtRepaid: rawAmount(debtRepaid),
    collateralIn: rawAmount(collateralIn),
    collateralOut: rawAmount(collateralOut),
  };
}

/** What an intent's logs prove: its `Executed` event where it has one, and whether what it was made for took place. */
export interface Proof {
  readonly executed: ExecutedEvent | null;
  readonly took: boolean;
}

const approval = z.tuple([account, account, quantity]);
const ACTION_OF: Partial<Record<IntentPlan['kind'], number>> = { REPAY: MANDATE_ACTIONS.REPAY, TOP_UP: MANDATE_ACTIONS.TOP_UP, FILL: MANDATE_ACTIONS.FILL };

/**
 * Looks in a transaction's logs, or a simulation's, for what the intent was made for; only the guard's own logs for this mandate and this
 * action count, and for a permit its token's own.
 */
export function effectOf(plan: IntentPlan, logs: readonly EventLog[], permit: Permit | null = null): Proof {
  if (plan.kind === 'PERMIT') {
    const gave = logs.filter((log) => log.address === permit?.token).map((log) => argsOf('Approval', approval, log, erc20Abi));
    return { executed: null, took: permit !== null && gave.some((found) => found?.[0] === permit.owner && found[1] === permit.spender && found[2] === permit.value) };
  }
  const own = logs.filter((log) => log.address === plan.guard);
  if (plan.kind === 'ACTIVATE') {
    return { executed: null, took: own.some((log) => Object.values(GUARDS).some((guard) => argsOf('Activated', activated, log, guard)?.[0] === plan.mandateHash)) };
  }
  const event = own.map(decodeExecuted).find((found) => found?.mandateHash === plan.mandateHash && found.action === ACTION_OF[plan.kind]) ?? null;
  return { executed: event, took: event !== null };
}

const filled = z.tuple([hash, account, quantity, quantity, quantity, quantity, quantity]);

/** What the filler told of a fill under this plan; null for every other plan, and where it told nothing. */
export function filledOf(plan: IntentPlan, logs: readonly EventLog[]): FilledEvent | null {
  if (plan.fill?.lane !== 'flash') return null;
  const at = plan.fill.filler;
  const told = logs.filter((log) => log.address === at).map((log) => argsOf('Filled', filled, log, anyFiller)).find((found) => found?.[0] === plan.mandateHash);
  if (told == null) return null;
  const [, , swappedIn, swappedOut, premium, kept, surplus] = told;
  return { swappedIn: rawAmount(swappedIn), swappedOut: rawAmount(swappedOut), premium: rawAmount(premium), kept: rawAmount(kept), surplus: rawAmount(surplus) };
}

/** Units by which a protocol's own rounding may move a receipt token. */
const ROUNDING = 3n;
const transfer = z.tuple([account, account, quantity]);

/**
 * What the logs show that must not be: tokens (or coins, which simulations log as a token) that stay with the guard or the filler, and tokens that leave the
 * owner's wallet beyond what the action is to move. Null where all is as it should be. An activation and a permit move nothing at all.
 */
export function unexpectedMove(plan: IntentPlan, terms: Pick<MandateTerms, 'owner' | 'collateral' | 'debt'>, logs: readonly EventLog[]): string | null {
  const moves = logs.flatMap((log) => {
    const found = argsOf('Transfer', transfer, log, erc20Abi);
    return found === null ? [] : [{ token: log.address, from: found[0], to: found[1], amount: found[2] }];
  });
  for (const holder of [plan.guard, fillerOf(plan)]) {
    for (const token of new Set(moves.map((move) => move.token))) {
      const kept = moves.filter((move) => move.token === token).reduce((sum, { from, to, amount }) => sum + (to === holder ? amount : 0n) - (from === holder ? amount : 0n), 0n);
      if (kept > ROUNDING || kept < -ROUNDING) return `${holder} would keep ${kept} of ${token}`;
    }
  }
  const given = { REPAY: terms.debt, TOP_UP: terms.collateral }[plan.kind as string];
  for (const token of [terms.debt, terms.collateral]) {
    const taken = moves.filter((move) => move.token === token).reduce((sum, { from, amount }) => sum + (from === terms.owner ? amount : 0n), 0n);
    if (taken > (token === given ? plan.max : 0n)) return `${taken} of ${token} would leave the owner's wallet`;
  }
  return null;
}

/**
 * Why the guard should not have let this pass: the health that it told lies outside of what the owner signed. Null where it is inside, or may be an exemption:
 * below the band where the funds or the debt bound the amount, above it where nothing of the debt is left.
 */
export function bandViolation(plan: IntentPlan, { triggerHf, minHf, maxHf }: Pick<MandateTerms, 'triggerHf' | 'minHf' | 'maxHf'>, { hfBefore, hfAfter, debtRepaid, collateralIn }: ExecutedEvent): string | null {
  if (hfBefore >= triggerHf) return `it would act at a health of ${formatHealth(hfBefore)}, not below ${formatHealth(triggerHf)}`;
  if (hfAfter <= hfBefore) return `the health would go from ${formatHealth(hfBefore)} to ${formatHealth(hfAfter)}`;
  // The plan's own limit bound, so nothing else did.
  const isWhole = (plan.kind === 'TOP_UP' ? collateralIn : debtRepaid) >= plan.max;
  if (hfAfter > maxHf && (isWhole || plan.kind === 'TOP_UP')) return `it would end at a health of ${formatHealth(hfAfter)}, above ${formatHealth(maxHf)}`;
  return hfAfter < minHf && isWhole ? `it would end at a health of ${formatHealth(hfAfter)}, below ${formatHealth(minHf)}` : null;
}

const fillerOf = ({ fill, towards }: IntentPlan): Address | undefined => (fill?.lane === 'flash' ? fill.filler : towards?.filler);

function argsOf<S extends z.ZodType>(name: string, schema: S, log: Pick<EventLog, 'topics' | 'data'>, abi: Interface = anyGuard): z.output<S> | null {
  if (log.topics[0] !== abi.getEvent(name)?.topicHash) return null;
  try {
    const parsed = schema.safeParse(abi.parseLog({ topics: [...log.topics], data: log.data })?.args.toArray());
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
