import type { BlockRef } from '@ballast/connectors';
import type { BreakerRule, Finding, StopScope } from '@ballast/policy';

/** What one breaker was found to be told about one scope. */
export interface Looked {
  readonly rule: BreakerRule;
  readonly scope: StopScope;
  readonly finding: Finding;
}

/** The moment of a look: the newest block, and our own clock in whole seconds. */
export interface Moment {
  readonly block: BlockRef;
  readonly own: bigint;
}

/** Finds out what some breakers are told. What it throws counts as a fact that could not be read. */
export interface Look {
  /** For people: what could not be read. */
  readonly of: string;
  look(moment: Moment): Promise<readonly Looked[]>;
}
