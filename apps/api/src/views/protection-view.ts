import { formatHealth, usdE8, type Wad } from '@ballast/units';
import { priceAtHealth, riskDriver } from '@ballast/risk';
import { namesFor, protectionOf, reasonSentence, type DecideInput, type Protection, type ReasonNames } from '@ballast/policy';
import type { AssessedPosition, DecisionRecord, IntentRecord, MandateRecord } from '@ballast/storage';
import type { ProtectionView } from './position-view.js';
import { unseenSince } from './freshness.js';
import { healthText, isoOrNull, moment, priceText } from './text.js';

export interface ProtectionFacts {
  readonly assessed: AssessedPosition;
  /** The one that counts, see `mandateInForce`. */
  readonly mandate: MandateRecord | null;
  readonly latest: DecisionRecord | null;
  /** The action under way; an activation is none. */
  readonly openAction: IntentRecord | null;
  /** Time of the chain's newest block, in seconds; null where none was seen. */
  readonly headTime: bigint | null;
  /** Our own clock. */
  readonly now: Date;
}

/** Of everything signed for a position the one that its protection rests on: the active one, else the one on its way, else the newest. `records` come newest first. */
export const mandateInForce = (records: readonly MandateRecord[]): MandateRecord | null =>
  records.find(({ status }) => status === 'active') ?? records.find(({ status }) => status === 'signed') ?? records[0] ?? null;

/** The facts as policy takes them, with typical figures for what only the worker measures. */
const inputOf = ({ assessed, mandate, openAction, ...facts }: ProtectionFacts): DecideInput => ({
  position: assessed.position, report: assessed.report, mandate, now: chainTimeOf({ assessed, mandate, ...facts }),
  rescueCostUsdE8: usdE8(0n), latencySeconds: 0, blockGapSeconds: 12, openIntent: openAction !== null, lastAction: null, fill: 'not-looked-at',
});

/** The snapshot's own time, which its prices are judged by; the newest block's where the mandate has run out since: it ends for loans that are not read, too. */
function chainTimeOf({ assessed, mandate, headTime }: Pick<ProtectionFacts, 'assessed' | 'mandate' | 'headTime'>): bigint {
  return headTime !== null && mandate !== null && headTime > mandate.terms.expiry ? headTime : assessed.position.provenance.blockTimestamp;
}

/** A decision that could not act outranks the view from here: it was made with everything the worker knows. */
function obstacle(said: Protection, { latest, mandate }: ProtectionFacts): DecisionRecord | null {
  if (said.state !== 'armed' || latest?.decision.kind !== 'cannot' || latest.decision.mandateHash !== mandate?.hash) return null;
  return latest;
}

function priceAt({ assessed: { position } }: ProtectionFacts, health: Wad | null): string | null {
  const driver = riskDriver(position);
  const price = driver.kind === 'none' || health === null ? null : priceAtHealth(position, driver, health);
  return price === null ? null : priceText(price);
}

function since(state: Protection['state'], { mandate, latest, openAction }: ProtectionFacts): string | null {
  if (state === 'acting') return isoOrNull(openAction?.createdAt);
  if (state === 'not-protected') return latest?.decision.kind === 'cannot' ? latest.createdAt.toISOString() : null;
  if (state === 'armed') return isoOrNull(mandate?.activatedAt);
  return state === 'pending' ? isoOrNull(mandate?.createdAt) : null;
}

/**
 * Whether the rule in force could run now, and where it acts: the figures of the latest decision where there is one under this mandate.
 * A rule in force protects only a loan that is looked at: one not seen for `SEEN_WITHIN_MS` is never armed.
 */
export function protectionView(facts: ProtectionFacts): ProtectionView {
  const view = lastKnown(facts);
  const unseen = unseenSince(new Date(facts.assessed.position.provenance.observedAt), facts.now);
  if (unseen === null || view.state === 'none' || view.state === 'pending' || view.reason === 'mandate-expired') return view;
  // `since` stays empty: the sentence says it, and the position's `observedAt` is that time.
  return { ...view, state: 'not-protected', reason: 'not-seen', sentence: notSeen(unseen), since: null, warning: null };
}

const notSeen = (since: Date): string => `We have not been able to check this loan since ${moment(since)}; Ballast cannot act on what it does not see.`;

const dearnessIn = ({ decision }: DecisionRecord): Pick<ReasonNames, 'dearness'> => (decision.kind === 'cannot' && decision.dearness !== undefined ? { dearness: decision.dearness } : {});

/** The protection as of the block that the position was last read at. */
function lastKnown(facts: ProtectionFacts): ProtectionView {
  const input = inputOf(facts);
  const said = protectionOf(input);
  const stopped = obstacle(said, facts);
  const state = stopped === null ? said.state : 'not-protected';
  const decided = facts.latest?.decision.mandateHash === said.mandateHash ? facts.latest?.decision : undefined;
  const ruled = said.actsAt !== null;
  const actsAt = ruled ? (decided?.trigger ?? said.actsAt) : null;
  const reason = stopped === null ? said.reason : (stopped.decision.reason as NonNullable<Protection['reason']>);
  return {
    state, reason, mandateHash: said.mandateHash, since: since(state, facts),
    sentence: stopped === null || reason === null ? armedSentence(said, actsAt) : reasonSentence(reason, { ...namesFor(input), ...dearnessIn(stopped) }),
    warning: state === 'armed' ? said.warning : null,
    actsAtHealth: healthText(actsAt), actsAtPriceUsd: priceAt(facts, actsAt), targetHealth: healthText(ruled ? (decided?.target ?? said.target) : null),
  };
}

const armedSentence = (said: Protection, actsAt: Wad | null): string =>
  said.state === 'armed' && actsAt !== null ? `Armed: Ballast acts when the health falls below ${formatHealth(actsAt)}.` : said.sentence;
