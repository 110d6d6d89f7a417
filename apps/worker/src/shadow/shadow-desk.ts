import { Logger } from '@nestjs/common';
import type { BlockRef } from '@ballast/connectors';
import { retryClassOf, type Decided, type Rehearsed } from '@ballast/execution';
import { gasDifferenceBps, isInShadow, judgeWouldHave, type IntentPlan, type Legs, type Mandate, type Stop, type Tried } from '@ballast/policy';
import type { LendingPosition } from '@ballast/positions';
import type { VenueReader } from '@ballast/readers';
import type { MandateStore, OpenWouldHave, PositionStore, ShadowStore } from '@ballast/storage';
import { rawAmount, type ChainId, type UsdE8 } from '@ballast/units';

/** So many blocks after the first try the same call is tried out again: about as long as an action takes to be mined, and a little more. */
export const AGAIN_AFTER_BLOCKS = 3n;
/** More blocks than this are not searched for a liquidation at once: nodes limit log ranges. */
const MOST_BLOCKS = 500n;

export interface ShadowDeskParts {
  readonly chainId: ChainId;
  readonly store: Pick<ShadowStore, 'note' | 'hasOpen' | 'open' | 'triedAgain' | 'close'>;
  readonly positions: Pick<PositionStore, 'latest'>;
  readonly mandates: Pick<MandateStore, 'get'>;
  readonly stops: { all(): Promise<readonly Stop[]> };
  readonly readers: readonly Pick<VenueReader, 'protocol' | 'liquidations'>[];
  /** Tries a call out; writes and sends nothing. */
  readonly rehearse: (plan: IntentPlan, mandate: Mandate, head: BlockRef) => Promise<Rehearsed>;
}

/** Keeps the books of owners in shadow mode: what would have been done, tried out with the exact call, and what became of the loan without it. */
export class ShadowDesk {
  private readonly log = new Logger(ShadowDesk.name);
  private readonly noting = new Set<string>();

  constructor(private readonly parts: ShadowDeskParts) {}

  /** Tries the call out at the block it was decided at and notes it, unless one of the position is open. It never throws: the next block decides again. */
  async note({ plan, decision }: Pick<Decided, 'plan' | 'decision'>, mandate: Mandate, position: LendingPosition): Promise<void> {
    const { store } = this.parts;
    if (decision.kind !== 'act' || decision.healthFactor === null || decision.trigger === null || this.noting.has(position.id)) return;
    this.noting.add(position.id);
    try {
      if (await store.hasOpen(position.id)) return;
      const { blockNumber, blockHash, blockTimestamp } = position.provenance;
      const tried = triedOf(await this.parts.rehearse(plan, mandate, { number: blockNumber, hash: blockHash, timestamp: blockTimestamp }));
      const chosen = decision.candidates.find(({ verdict }) => verdict === 'chosen');
      await store.note({
        positionId: position.id, mandateHash: plan.mandateHash, action: decision.action, asset: decision.asset, amount: plan.max, trigger: decision.trigger, healthBefore: decision.healthFactor,
        costUsdE8: chosen?.costUsdE8 ?? (0n as UsdE8), lossAvoidedUsdE8: plan.economics?.lossAvoidedUsdE8 ?? (0n as UsdE8), blockNumber, at: blockTimestamp, legs: legsOf(position), tried,
      }, plan);
    } catch (error) {
      this.log.warn(`${position.id}: what would have been done was not noted: ${(error as Error).message}`);
    } finally {
      this.noting.delete(position.id);
    }
  }

  /** Compares what is open with the loans as they were stored last, once the block's liquidations were told. It never throws: the next block compares again. */
  async review(block: BlockRef): Promise<void> {
    try {
      const open = await this.parts.store.open(this.parts.chainId);
      if (open.length === 0) return;
      const stops = await this.parts.stops.all();
      for (const would of open) await this.compare(would, block, stops).catch((error: Error) => this.log.warn(`${would.positionId} not compared at block ${block.number}: ${error.message}`));
    } catch (error) {
      this.log.warn(`would-haves not compared at block ${block.number}: ${(error as Error).message}`);
    }
  }

  private async compare(would: OpenWouldHave, block: BlockRef, stops: readonly Stop[]): Promise<void> {
    const { positions, store } = this.parts;
    const latest = await positions.latest(would.positionId);
    // Another process may be a block ahead: of what it read, the liquidations may not be told yet.
    if (latest === null || latest.position.provenance.blockNumber > block.number) return;
    const { position } = latest;
    if (would.againBlock === null && would.tried.refusal === null && block.number >= would.blockNumber + AGAIN_AFTER_BLOCKS) {
      await this.tryAgain(would, block).catch((error: Error) => this.log.warn(`${would.positionId} not tried out again at block ${block.number}: ${error.message}`));
    }
    const { health } = position.reported;
    const outcome = judgeWouldHave(would, {
      // The chain's time goes on also for a loan that is not read any more.
      blockNumber: position.provenance.blockNumber, now: block.timestamp, health: health.kind === 'ratio' ? health.wad : null, legs: legsOf(position), liquidationTold: would.liquidationTold, inShadow: isInShadow({ position, stops }),
    });
    if (outcome === null) return;
    // Told is not all that happened: a look for liquidations may have failed, or nobody looked. The first outcome stays, so the chain is asked before the owner is credited.
    await store.close(would.id, outcome === 'owner-acted' && (await this.wasLiquidated(position, would.blockNumber)) ? 'liquidated' : outcome);
  }

  private async wasLiquidated({ protocol, account, marketId, market, provenance }: LendingPosition, after: bigint): Promise<boolean> {
    const to = provenance.blockNumber;
    const from = to - after > MOST_BLOCKS ? to - MOST_BLOCKS + 1n : after + 1n;
    const seen = await Promise.all(this.parts.readers.filter((reader) => reader.protocol === protocol).map((reader) => reader.liquidations({ from, to }, [account])));
    return seen.flat().some((event) => event.account === account && event.marketId === marketId && (event.contract ?? market) === market);
  }

  private async tryAgain(would: OpenWouldHave, block: BlockRef): Promise<void> {
    const { mandates, rehearse, store } = this.parts;
    const mandate = await mandates.get(would.mandateHash);
    if (mandate === null) return;
    const { refusal, gasUsed } = triedOf(await rehearse(would.plan, mandate, block));
    await store.triedAgain(would.id, { blockNumber: block.number, refusal, gasUsed, gasBps: gasDifferenceBps(would.tried.gasUsed, gasUsed), isMismatch: refusal !== null && !isExplained(refusal) });
  }
}

/** Prices, the wallet and others may have moved since; what is left would have surprised us. */
const isExplained = (refusal: string): boolean => !['bug', 'other-action'].includes(retryClassOf(refusal));

const triedOf = (rehearsed: Rehearsed): Tried =>
  rehearsed.refusal === null ? { refusal: null, healthAfter: rehearsed.healthAfter, gasUsed: rehearsed.gasUsed } : { refusal: rehearsed.refusal.code, healthAfter: null, gasUsed: null };

function legsOf({ collaterals, debts }: LendingPosition): Legs {
  const holdings = (all: readonly { readonly asset: { readonly address: Legs['debts'][number]['asset'] }; readonly amount: bigint }[]): Legs['debts'] => all.map(({ asset, amount }) => ({ asset: asset.address, amount: rawAmount(amount) }));
  return { collaterals: holdings(collaterals), debts: holdings(debts) };
}
