import { claimantOf, isActionKind, shareOut, triggerOf, type Claimant, type DecideInput, type Mandate, type Taking } from '@ballast/policy';
import type { AssessedPosition, IntentOutline, JournalReader, MandateStore, PositionStore } from '@ballast/storage';

/** A loan that was read further back than this is not decided on now and has no claim: by then its owner has heard that it cannot be read. */
const MOST_BLOCKS_BEHIND = 5n;

/** What is not told of another loan: it is taken as able to act, so that nothing is given away that it may need. */
const UNKNOWN_OF_OTHERS = { openIntent: false, lastAction: null, reserved: [], others: [] } as const;

/**
 * What one owner's other loans leave of his wallet for the one that is decided on, and what they could give. Looked at only where the health is below the
 * point of acting: above it the loan needs nothing, and what others use for some minutes is no reason for an alarm.
 */
export class RescueBudget {
  constructor(private readonly parts: { readonly positions: PositionStore; readonly mandates: MandateStore; readonly records: JournalReader }) {}

  async of(input: DecideInput): Promise<Pick<DecideInput, 'reserved' | 'others'>> {
    const { position, mandate } = input;
    const health = position.reported.health;
    if (mandate === null || mandate.status !== 'active' || health.kind !== 'ratio' || health.wad >= triggerOf(input, mandate).trigger) return {};
    const others = await this.parts.positions.besides(position);
    if (others.length === 0) return { others: [] };
    const signed = await this.parts.mandates.ofOwner(position.account);
    const guarded = others.filter((other) => signed.some(({ positionId }) => positionId === other.position.id));
    const found = await Promise.all(guarded.map(async (other) => this.claimOf(other, input, signed.filter(({ positionId }) => positionId === other.position.id))));
    const own: Claimant | null = claimantOf(input);
    const claimants = found.flatMap(({ claimant }) => claimant ?? []);
    const share = own === null ? undefined : shareOut([...claimants, { ...own, takes: () => null }], found.flatMap(({ underWay }) => underWay)).get(position.id);
    return { others: others.filter((other) => isFresh(other, input)).map((other) => other.position), ...(share === undefined ? {} : { reserved: share.reserved }) };
  }

  private async claimOf(other: AssessedPosition, input: DecideInput, signed: readonly Mandate[]): Promise<{ readonly claimant: Claimant | null; readonly underWay: readonly Taking[] }> {
    const open = (await this.parts.records.before(other.position.id, 10)).intents.filter((intent) => intent.closedAt === null && isActionKind(intent.plan.kind));
    if (open.length > 0) return { claimant: null, underWay: open.flatMap((intent) => takingOf(intent, signed, input)) };
    const mandate = signed.find(({ status }) => status === 'active');
    if (mandate === undefined || !isFresh(other, input)) return { claimant: null, underWay: [] };
    const { fill: _, ...common } = input;
    return { claimant: claimantOf({ ...common, ...UNKNOWN_OF_OTHERS, position: other.position, report: other.report, mandate, fill: 'not-looked-at' }), underWay: [] };
  }
}

const isFresh = ({ position }: AssessedPosition, input: DecideInput): boolean => position.provenance.blockNumber + MOST_BLOCKS_BEHIND >= input.position.provenance.blockNumber;

/** What an action under way still takes; nothing once it was mined at or before the block that the wallet was read at. */
function takingOf({ plan, receipt }: IntentOutline, signed: readonly Mandate[], { position }: DecideInput): readonly Taking[] {
  const mandate = signed.find(({ hash }) => hash === plan.mandateHash);
  if (mandate === undefined || plan.kind === 'FILL' || (receipt !== null && receipt.blockNumber <= position.provenance.blockNumber)) return [];
  return [{ asset: plan.kind === 'REPAY' ? mandate.terms.debt : mandate.terms.collateral, guard: plan.guard, amount: plan.max }];
}
