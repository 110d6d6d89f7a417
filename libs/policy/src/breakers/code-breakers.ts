import type { LendingProtocol } from '@ballast/positions';
import type { Address } from '@ballast/units';
import { GOOD, bad, type Finding } from './breaker.js';

/** One thing of a protocol that its governance may exchange: the code behind a proxy, or a contract that the protocol names. */
export interface WatchedCode {
  readonly protocol: LendingProtocol;
  /** Set for the source of a token's price: a stop of that token's sales, not of all. */
  readonly asset?: Address;
  /** For people, and stable: `the code of the pool`. */
  readonly what: string;
  /** As the chain has it now. */
  readonly seen: string;
}

/** The same with what was found at first, or accepted since by an operator; null where it was never seen before. */
export interface ComparedCode extends WatchedCode {
  readonly accepted: string | null;
}

/** Nothing that was looked at is other than what was accepted. What is seen for the first time is accepted as it is. */
export function judgeCode(found: readonly ComparedCode[]): Finding {
  const changed = found.filter(({ accepted, seen }) => accepted !== null && accepted !== seen);
  return changed.length === 0 ? GOOD : bad(changed.map(({ what, accepted, seen }) => `${what} was ${accepted ?? 'nothing'} and is ${seen}`).join('; '));
}
