import { formatHealth, usdE8, type Wad } from '@ballast/units';
import { priceAtHealth, riskDriver } from '@ballast/risk';
import { namesFor, protectionOf, reasonSentence, type DecideInput, type Protection } from '@ballast/policy';
import type { AssessedPosition, DecisionRecord, IntentRecord, MandateRecord } from '@ballast/storage';
import type { ProtectionView } from './position-view.js';
import { healthText, isoOrNull, priceText } from './text.js';

export interface ProtectionFacts {
  readonly assessed: AssessedPosition;
  /** The one that counts, see `mandateInForce`. */
  readonly mandate: MandateRecord | null;
  readonly latest: DecisionRecord | null;
  readonly openIntent: IntentRecord | null;
}

/** Of everything signed for a position the one that its protection rests on: the active one, else the one on its way, else the newest. `records` come newest first. */
export const mandateInForce = (records: readonly MandateRecord[]): MandateRecord | null =>
  records.find(({ status }) => status === 'active') ?? records.find(({ status }) => status === 'signed') ?? records[0] ?? null;

/** The facts as policy takes them, with typical figures for what only the worker measures. */
const inputOf = ({ assessed, mandate, openIntent }: ProtectionFacts): DecideInput => ({
  position: assessed.position, report: assessed.report, mandate, now: assessed.position.provenance.blockTimestamp,
  rescueCostUsdE8: usdE8(0n), latencySeconds: 0, blockGapSeconds: 12, openIntent: openIntent !== null && openIntent.plan.kind !== 'ACTIVATE', lastAction: null,
});

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

function since(state: Protection['state'], { mandate, latest, openIntent }: ProtectionFacts): string | null {
  if (state === 'acting') return isoOrNull(openIntent?.createdAt);
  if (state === 'not-protected') return latest?.decision.kind === 'cannot' ? latest.createdAt.toISOString() : null;
  if (state === 'armed') return isoOrNull(mandate?.activatedAt);
  return state === 'pending' ? isoOrNull(mandate?.createdAt) : null;
}

/** Whether the rule in force could run now, and where it acts: the figures of the latest decision where there is one under this mandate. */
export function protectionView(facts: ProtectionFacts): ProtectionView {
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
    sentence: stopped === null || reason === null ? armedSentence(said, actsAt) : reasonSentence(reason, namesFor(input)),
    warning: state === 'armed' ? said.warning : null,
    actsAtHealth: healthText(actsAt), actsAtPriceUsd: priceAt(facts, actsAt), targetHealth: healthText(ruled ? (decided?.target ?? said.target) : null),
  };
}

const armedSentence = (said: Protection, actsAt: Wad | null): string =>
  said.state === 'armed' && actsAt !== null ? `Armed: Ballast acts when the health falls below ${formatHealth(actsAt)}.` : said.sentence;
