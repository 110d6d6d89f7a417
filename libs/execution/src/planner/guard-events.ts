import type { EventLog } from '@ballast/connectors';
import type { ExecutedEvent, IntentPlan } from '@ballast/policy';
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

/** Looks in a transaction's logs, or a simulation's, for what the intent was made for; only the guard's own logs for this mandate count. */
export function effectOf(plan: IntentPlan, logs: readonly EventLog[]): Proof {
  const own = logs.filter((log) => log.address === plan.guard);
  if (plan.kind === 'ACTIVATE') {
    return { executed: null, took: own.some((log) => argsOf('Activated', activated, log)?.[0] === plan.mandateHash) };
  }
  const event = own.map(decodeExecuted).find((found) => found?.mandateHash === plan.mandateHash) ?? null;
  return { executed: event, took: event !== null };
}

function argsOf<S extends z.ZodType>(name: string, schema: S, log: Pick<EventLog, 'topics' | 'data'>): z.output<S> | null {
  if (log.topics[0] !== guard.getEvent(name)?.topicHash) return null;
  try {
    const parsed = schema.safeParse(guard.parseLog({ topics: [...log.topics], data: log.data })?.args.toArray());
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
