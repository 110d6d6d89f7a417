import { Logger } from '@nestjs/common';
import type { BlockRef } from '@ballast/connectors';
import type { Decided } from '@ballast/execution';
import { DEFAULT_LIMITS, aimedRepayment, decide, decideOutsideShadow, isActionKind, isInShadow, shadowed, triggerOf, type ActionJournal, type DecideInput, type Decision, type Economics, type IntentPlan, type LastAction, type Mandate, type Stop } from '@ballast/policy';
import type { PositionId, Provenance } from '@ballast/positions';
import type { AssessedPosition, IntentOutline, JournalReader, LastDecided, MandateStore, PositionStore } from '@ballast/storage';
import { wadToNumber, type UsdE8, type Wad } from '@ballast/units';
import type { Patience } from '../backup/patience.js';
import type { LoanHedges } from '../hedging/loan-hedges.js';
import type { ShadowDesk } from '../shadow/shadow-desk.js';
import type { BlockPace } from './block-pace.js';
import type { FillLook } from './fill-look.js';
import type { GasCost } from './gas-cost.js';
import type { KeeperCheck } from './keeper-check.js';
import type { RescueBudget } from './rescue-budget.js';
import { noticesOfDecision } from './decision-notices.js';

export interface DeciderSettings {
  /** Chain seconds that a planned action stays valid. */
  readonly actionDeadlineSeconds: number;
  readonly maxPriceAgeSeconds: number;
  /** The most wei for one unit of gas that our signer offers. */
  readonly mostFeePerGas: bigint;
  /** Our own clock in milliseconds. */
  readonly now: () => number;
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
  readonly budget: RescueBudget;
  /** Of a backup keeper: null or left out, it acts at once. */
  readonly patience?: Patience | null;
  /** Kill switches and tripped breakers; none where left out. */
  readonly stops?: { all(): Promise<readonly Stop[]> };
  /** What is told of an owner's hedge; nothing where left out. */
  readonly hedges?: Pick<LoanHedges, 'of'>;
  /** Notes what would have been done for owners in shadow mode. */
  readonly shadow?: Pick<ShadowDesk, 'note'>;
}

/** That nothing is done, and why. */
export type NoAction = Exclude<Decision, { readonly kind: 'act' }>;

const blockOf = ({ blockNumber, blockHash, blockTimestamp }: Provenance): BlockRef => ({ number: blockNumber, hash: blockHash, timestamp: blockTimestamp });

/** By what the fees of the action are to go: the stakes that it was weighed by. */
function economicsOf({ healthFactor, stakes }: Decision, { report }: DecideInput, coinUsdE8: UsdE8 | null): Economics {
  return { healthFactor, lossAvoidedUsdE8: stakes?.lossUsdE8 ?? report.lossIfLiquidatedUsdE8, coinUsdE8, chance: stakes?.chanceKnown === true ? Math.min(1, wadToNumber(stakes.chance)) : null };
}

/** Above its trigger nothing is done for a position; below it everything that stands in the way must be looked for. */
function isBelowTrigger(input: DecideInput, mandate: Mandate): boolean {
  const { health } = input.position.reported;
  return health.kind === 'ratio' && health.wad < triggerOf(input, mandate).trigger;
}

/** Of a position's intents the newest so many: the one that is open and the last one that was done are among them. */
const INTENTS_READ = 10;

const KIND = { repay: 'REPAY', 'top-up': 'TOP_UP', fill: 'FILL' } as const;

/** Decides about one guarded position at the block it was last read at, and stores the decision; an action is stored with its intent. */
export class Decider {
  private readonly log = new Logger(Decider.name);
  /** Highest health seen since each position's last action; a restart forgets it, which only makes acting again easier. */
  private readonly highest = new Map<PositionId, { readonly intentId: string; readonly health: Wad }>();

  constructor(private readonly parts: DeciderParts, private readonly settings: DeciderSettings) {}

  /** Returns the id of the intent to carry out, or null. */
  async decide(positionId: PositionId): Promise<string | null> {
    const { journal } = this.parts;
    const { input, last } = await this.inputWithLast(positionId);
    // A mandate that is signed and not yet in force promises nothing: there is nothing to alarm about.
    if (input === null || input.mandate === null || input.mandate.status === 'signed') return null;
    const { decision, would } = this.decided(input);
    if (would !== null) await this.noted(would, input);
    const at = { blockNumber: input.position.provenance.blockNumber, blockTimestamp: input.now };
    const notices = noticesOfDecision(decision, last, input);
    if (decision.kind !== 'act') {
      await journal.record(decision, at, notices);
      return null;
    }
    const planned = await journal.plan(await this.planOf(decision, input), decision, at, notices);
    return planned.kind === 'planned' ? planned.intent.id : null;
  }

  /**
   * Decides at once about a position that was just read, where it is below the trigger of the mandate in force; above it nothing is decided or written. Returns the action to
   * write down; where there is none the decision, which is stored then; null above the trigger. `isBelow` is called once it is known that something must be decided.
   */
  async decideBelow(assessed: AssessedPosition, mandate: Mandate, isBelow: () => void): Promise<Decided | NoAction | null> {
    const { journal, records, fills, budget, hedges } = this.parts;
    const { position } = assessed;
    const block = blockOf(position.provenance);
    const quick = await this.inputOf(assessed, mandate, []);
    if (!isBelowTrigger(quick, mandate)) return null;
    isBelow();
    const [{ intents, last }, shared, fill, hedge] = await Promise.all([records.before(position.id, INTENTS_READ), budget.of(quick), fills.at(block, quick), hedges?.of(position), fills.fillerFor(block, mandate)]);
    const input = { ...quick, ...this.actionsOf(position.id, intents, assessed), ...shared, fill, ...(hedge === undefined ? {} : { hedge }) };
    const { decision, would } = this.decided(input);
    // Nobody's rescue waits for what is only noted.
    if (would !== null) void this.noted(would, input);
    const at = { blockNumber: block.number, blockTimestamp: input.now };
    const notices = noticesOfDecision(decision, last, input);
    if (decision.kind !== 'act') {
      await journal.record(decision, at, notices);
      return decision;
    }
    return { plan: await this.planOf(decision, input), decision, at, notices };
  }

  /** What would be decided about a position that was just read, as far as memory tells: a sale counts as possible, and the whole wallet is this loan's. Nothing is written. */
  async preview(assessed: AssessedPosition, mandate: Mandate, openIntent: boolean): Promise<Decision> {
    return decide({ ...(await this.inputOf(assessed, mandate, [])), openIntent, fill: 'not-looked-at' });
  }

  /** Whether an intent that was planned earlier is still what would be decided now. */
  async stillWanted(positionId: PositionId): Promise<boolean> {
    const { input } = await this.inputWithLast(positionId);
    return input !== null && this.decided({ ...input, openIntent: false }).decision.kind === 'act';
  }

  /** `would`: of an owner in shadow mode, the action that was decided on and is not taken. */
  private decided(input: DecideInput): { readonly decision: Decision; readonly would: (Decision & { kind: 'act' }) | null } {
    const free = decideOutsideShadow(input);
    const ours = this.parts.patience?.tempered(free, input.now) ?? free;
    return isInShadow(input) ? { decision: shadowed(ours), would: ours.kind === 'act' ? ours : null } : { decision: ours, would: null };
  }

  /** It never throws: that something could not be noted is no reason not to store what was decided. */
  private async noted(would: Decision & { kind: 'act' }, input: DecideInput): Promise<void> {
    const { shadow } = this.parts;
    if (shadow === undefined || input.mandate === null) return;
    try {
      await shadow.note({ plan: await this.planOf(would, input), decision: would }, input.mandate, input.position);
    } catch (error) {
      this.log.warn(`${input.position.id}: what would have been done was not noted: ${(error as Error).message}`);
    }
  }

  private async inputWithLast(positionId: PositionId): Promise<{ readonly input: DecideInput | null; readonly last: LastDecided | null }> {
    const { positions, records, budget, fills, hedges } = this.parts;
    const [assessed, mandate, { intents, last }] = await Promise.all([positions.latest(positionId), this.mandateInView(positionId), records.before(positionId, INTENTS_READ)]);
    if (assessed === null) return { input: null, last };
    const input = await this.inputOf(assessed, mandate, intents);
    const hedge = await hedges?.of(assessed.position);
    return { input: { ...input, ...(await budget.of(input)), fill: await fills.at(blockOf(assessed.position.provenance), input), ...(hedge === undefined ? {} : { hedge }) }, last };
  }

  /** All but the wallet's other claims and what selling the collateral rests on. */
  private async inputOf(assessed: AssessedPosition, mandate: Mandate | null, intents: readonly IntentOutline[]): Promise<DecideInput> {
    const { gas, pace, keeper, stops } = this.parts;
    const { provenance } = assessed.position;
    const block = blockOf(provenance);
    const [{ rescueUsdE8, baseFee }, keeperState, stopped] = await Promise.all([gas.rescue(block), keeper.state(block), stops?.all()]);
    return {
      position: assessed.position,
      report: assessed.report,
      mandate,
      now: provenance.blockTimestamp,
      rescueCostUsdE8: rescueUsdE8,
      fees: { baseFee, most: this.settings.mostFeePerGas },
      latencySeconds: pace.reactionSeconds(),
      blockGapSeconds: pace.secondsPerBlock(),
      checkAgeSeconds: (this.settings.now() - provenance.observedAt) / 1_000,
      ...this.actionsOf(assessed.position.id, intents, assessed),
      keeper: keeperState,
      stops: stopped,
      limits: { ...DEFAULT_LIMITS, maxPriceAgeSeconds: this.settings.maxPriceAgeSeconds },
    };
  }

  private actionsOf(positionId: PositionId, intents: readonly IntentOutline[], assessed: AssessedPosition): Pick<DecideInput, 'openIntent' | 'lastAction'> {
    // Putting a mandate in force never holds up a rescue under one that is.
    return { openIntent: intents.some((intent) => intent.closedAt === null && isActionKind(intent.plan.kind)), lastAction: this.lastAction(positionId, intents, assessed) };
  }

  /** The mandate in force, else the one about to be, else the last one: so that an ended rule is told of and not forgotten. */
  private async mandateInView(positionId: PositionId): Promise<Mandate | null> {
    const all = await this.parts.mandates.ofPosition(positionId, ['active', 'signed', 'expired', 'revoked']);
    return all.find(({ status }) => status === 'active') ?? all.find(({ status }) => status === 'signed') ?? all[0] ?? null;
  }

  private lastAction(positionId: PositionId, intents: readonly IntentOutline[], assessed: AssessedPosition): LastAction | null {
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
      economics: economicsOf(decision, input, await this.parts.gas.coinUsdE8(blockOf(input.position.provenance))),
      ...(decision.action === 'fill' ? { fill: decision.fill } : {}),
      ...(aimed === null || filler === null ? {} : { min: aimed.min, max: aimed.max, towards: { filler, aim: aimed.aim } }),
    };
  }
}
