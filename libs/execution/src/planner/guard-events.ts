import { erc20Abi, type EventLog } from '@ballast/connectors';
import { MANDATE_ACTIONS, type ExecutedEvent, type IntentPlan, type Permit } from '@ballast/policy';
import { address, hash32, rawAmount, wad } from '@ballast/units';
import { z } from 'zod';
import { guard } from './calls.js';

const hash = z.string().transform(hash32);
const account = z.string().transform(address);
const quantity = z.bigint();
const executed = z.tuple([hash, account, account, quantity, quantity, quantity, quantity, quantity, quantity, quantity]);
const activated = z.tuple([hash, account, account, account]);

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
    return { executed: null, took: own.some((log) => argsOf('Activated', activated, log)?.[0] === plan.mandateHash) };
  }
  const event = own.map(decodeExecuted).find((found) => found?.mandateHash === plan.mandateHash && found.action === ACTION_OF[plan.kind]) ?? null;
  return { executed: event, took: event !== null };
}

function argsOf<S extends z.ZodType>(name: string, schema: S, log: Pick<EventLog, 'topics' | 'data'>, abi = guard): z.output<S> | null {
  if (log.topics[0] !== abi.getEvent(name)?.topicHash) return null;
  try {
    const parsed = schema.safeParse(abi.parseLog({ topics: [...log.topics], data: log.data })?.args.toArray());
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
