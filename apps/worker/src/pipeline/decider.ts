import type { BlockRef } from '@ballast/connectors';
import { DEFAULT_LIMITS, aimedRepayment, decide, isActionKind, type ActionJournal, type DecideInput, type Decision, type IntentPlan, type LastAction, type Mandate } from '@ballast/policy';
import type { PositionId, Provenance } from '@ballast/positions';
import type { AssessedPosition, JournalReader, MandateStore, PositionStore } from '@ballast/storage';
import type { Wad } from '@ballast/units';
import type { BlockPace } from './block-pace.js';
import type { FillLook } from './fill-look.js';
import type { GasCost } from './gas-cost.js';
import type { KeeperCheck } from './keeper-check.js';
import { noticesOfDecision } from './decision-notices.js';

export interface DeciderSettings {
  /** Chain seconds that a planned action stays valid. */
  readonly actionDeadlineSeconds: number;
  readonly maxPriceAgeSeconds: number;
}

export interface DeciderParts {
  readonly journal: ActionJournal;
  readonly records: JournalReader;
  readonly mandates: MandateStore;
  readonly positions: PositionStore;
  readonly gas: GasCost;
  readonly pace: BlockPace;
  readonly keeper: KeeperCheck;
  readonly fills: FillLook;
}

const blockOf = ({ blockNumber, blockHash, blockTimestamp }: Provenance): BlockRef => ({ number: blockNumber, hash: blockHash, timestamp: blockTimestamp });

const KIND = { repay: 'REPAY', 'top-up': 'TOP_UP', fill: 'FILL' } as const;

/** Decides about one guarded position at the block it was last read at, and stores the decision; an action is stored with its intent. */
export class Decider {
  /** Highest health seen since each position's last action; a restart forgets it, which only makes acting again easier. */
  private readonly highest = new Map<PositionId, { readonly intentId: string; readonly health: Wad }>();

  constructor(private readonly parts: DeciderParts, private readonly settings: DeciderSettings) {}

  /** Returns the id of the intent to carry out, or null. */
  async decide(positionId: PositionId): Promise<string | null> {
    const { journal, records } = this.parts;
    const input = await this.input(positionId);
    // A mandate that is signed and not yet in force promises nothing: there is nothing to alarm about.
    if (input === null || input.mandate === null || input.mandate.status === 'signed') return null;
    const decision = decide(input);
    const at = { blockNumber: input.position.provenance.blockNumber, blockTimestamp: input.now };
    const before = await records.latestDecision(positionId);
    const notices = noticesOfDecision(decision, before, input);
    if (decision.kind !== 'act') {
      await journal.record(decision, at, notices);
      return null;
    }
    const planned = await journal.plan(await this.planOf(decision, input), decision, at, notices);
    return planned.kind === 'planned' ? planned.intent.id : null;
  }

  /** Whether an intent that was planned earlier is still what would be decided now. */
  async stillWanted(positionId: PositionId): Promise<boolean> {
    const input = await this.input(positionId);
    return input !== null && decide({ ...input, openIntent: false }).kind === 'act';
  }

  private async input(positionId: PositionId): Promise<DecideInput | null> {
    const { positions, records, gas, pace, keeper } = this.parts;
    const [assessed, mandate, intents] = await Promise.all([positions.latest(positionId), this.mandateInView(positionId), records.intentsOf(positionId, 10)]);
    if (assessed === null) return null;
    const { provenance } = assessed.position;
    const block = blockOf(provenance);
    const input: DecideInput = {
      position: assessed.position,
      report: assessed.report,
      mandate,
      now: provenance.blockTimestamp,
      rescueCostUsdE8: await gas.rescueUsdE8(block),
      latencySeconds: pace.reactionSeconds(),
      blockGapSeconds: pace.secondsPerBlock(),
      // Putting a mandate in force never holds up a rescue under one that is.
      openIntent: intents.some((intent) => intent.closedAt === null && isActionKind(intent.plan.kind)),
      keeper: await keeper.state(block),
      lastAction: this.lastAction(positionId, intents, assessed),
      limits: { ...DEFAULT_LIMITS, maxPriceAgeSeconds: this.settings.maxPriceAgeSeconds },
    };
    return { ...input, fill: await this.parts.fills.at(block, input) };
  }

  /** The mandate in force, else the one about to be, else the last one: so that an ended rule is told of and not forgotten. */
  private async mandateInView(positionId: PositionId): Promise<Mandate | null> {
    const all = await this.parts.mandates.ofPosition(positionId, ['active', 'signed', 'expired', 'revoked']);
    return all.find(({ status }) => status === 'active') ?? all.find(({ status }) => status === 'signed') ?? all[0] ?? null;
  }

  private lastAction(positionId: PositionId, intents: Awaited<ReturnType<JournalReader['intentsOf']>>, assessed: AssessedPosition): LastAction | null {
    const last = intents.find((intent) => intent.state === 'DONE' && intent.receipt?.executed);
    const event = last?.receipt?.executed;
    if (!last || !event) return null;
    const now = assessed.position.reported.health;
    const seen = this.highest.get(positionId);
    let highest = seen?.intentId === last.id ? seen.health : null;
    if (now.kind === 'ratio' && assessed.position.provenance.blockNumber > (last.receipt?.blockNumber ?? 0n) && (highest === null || now.wad > highest)) {
      highest = now.wad;
      this.highest.set(positionId, { intentId: last.id, health: now.wad });
    }
    return { at: last.plan.deadline - BigInt(this.settings.actionDeadlineSeconds), healthAfter: event.hfAfter, highestSince: highest };
  }

  private async planOf(decision: Decision & { kind: 'act' }, input: DecideInput): Promise<IntentPlan> {
    const mandate = input.mandate!;
    const aimed = aimedRepayment(input, decision);
    const filler = aimed === null ? null : await this.parts.fills.fillerFor(blockOf(input.position.provenance), mandate);
    return {
      kind: KIND[decision.action],
      chainId: mandate.chainId,
      guard: mandate.guard,
      mandateHash: mandate.hash,
      positionId: decision.positionId,
      min: decision.min,
      max: decision.max,
      deadline: input.now + BigInt(this.settings.actionDeadlineSeconds),
      ...(decision.action === 'fill' ? { fill: decision.fill } : {}),
      ...(aimed === null || filler === null ? {} : { min: aimed.min, max: aimed.max, towards: { filler, aim: aimed.aim } }),
    };
  }
}
