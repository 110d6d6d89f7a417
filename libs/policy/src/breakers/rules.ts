import type { BreakerRule } from './breaker.js';

/** One block of Ethereum, several of every faster chain: what has been in order for less is not told from chance. */
const A_BLOCK = 12n;
const A_MINUTE = 60n;

const rule = (name: string, rest: Omit<BreakerRule, 'name'>): BreakerRule => ({ name, ...rest });
const sales = { stops: 'fill', clock: 'chain', pages: false } as const;
const byOperator = { releaseAfterSeconds: null, pages: true } as const;

/**
 * Every breaker. What each of them looks at and its limits are beside its judgement; docs/breakers.md tells all of it in one table. Trouble with prices or
 * with our own sight closes only FILL: a repayment from the wallet rests on no price, and an owner who could be saved by it must not be lost to our doubts.
 */
export const BREAKERS = {
  /** A fact could not be read: what is not known counts as bad for sales. */
  factsUnread: rule('facts-unread', { ...sales, clock: 'own', releaseAfterSeconds: A_BLOCK }),
  feedAge: rule('feed-age', { ...sales, releaseAfterSeconds: A_BLOCK }),
  priceGap: rule('price-gap', { ...sales, releaseAfterSeconds: A_MINUTE, pages: true }),
  /** Its judgement holds a print until it is borne out or has lasted: that is its own time. */
  absurdPrint: rule('absurd-print', { ...sales, releaseAfterSeconds: 0n, pages: true }),
  sourceChanged: rule('price-source-changed', { ...sales, ...byOperator }),
  headStalled: rule('head-stalled', { ...sales, clock: 'own', releaseAfterSeconds: A_BLOCK }),
  /** No grace: the keepers contract wants a price from after the restart, and liquidators do not wait either. */
  sequencerDown: rule('sequencer-down', { ...sales, releaseAfterSeconds: 0n, pages: true }),
  rpcDisagreement: rule('rpc-disagreement', { ...sales, clock: 'own', releaseAfterSeconds: A_MINUTE, pages: true }),
  baseFee: rule('base-fee', { stops: 'not-urgent', clock: 'chain', releaseAfterSeconds: A_MINUTE, pages: false }),
  failureRate: rule('failure-rate', { stops: 'not-urgent', clock: 'own', releaseAfterSeconds: 5n * A_MINUTE, pages: true }),
  spend: rule('spend', { stops: 'not-urgent', clock: 'own', releaseAfterSeconds: 5n * A_MINUTE, pages: true }),
  /** A loan about to be liquidated is saved beyond the first limit, and not beyond this one. */
  spendMost: rule('spend-most', { stops: 'all', clock: 'own', releaseAfterSeconds: 5n * A_MINUTE, pages: true }),
  implementationChanged: rule('implementation-changed', { stops: 'all', clock: 'own', ...byOperator }),
  defect: rule('defect', { stops: 'all', clock: 'own', ...byOperator }),
  keyTheft: rule('key-theft', { stops: 'all', clock: 'own', ...byOperator }),
} as const satisfies Record<string, BreakerRule>;

/** The breaker of a stop's setter; undefined where none is of that name. */
export const breakerNamed = (name: string): BreakerRule | undefined => Object.values(BREAKERS).find((one) => one.name === name);
