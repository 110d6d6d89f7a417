import { Logger } from '@nestjs/common';
import { LogRangeRefused, protocolsOf, type BlockRef, type ChainBook, type ReadClient } from '@ballast/connectors';
import { activatedIn, activationOf, readGuardPosition, type ActivatedMandate } from '@ballast/execution/planner';
import { placeOf, type MandatePlace, type MandateTerms } from '@ballast/policy';
import type { LendingPosition } from '@ballast/positions';
import type { MandateStore, PositionStore, WatchStore } from '@ballast/storage';
import type { Address, Hash32 } from '@ballast/units';

/** Blocks of one log query, first and most. */
const FIRST_RANGE = 2_000n;
const MOST_RANGE = 50_000n;
/** Blocks that are looked at again each time, because a reorganisation may have changed them. */
const OVERLAP = 64n;
const RANGES_A_TURN = 20;

export interface LearnerStores {
  readonly mandates: MandateStore;
  readonly positions: PositionStore;
  readonly watches: WatchStore;
}

interface Guard {
  readonly kind: MandatePlace['guard'];
  readonly at: Address;
}

interface Seen {
  readonly guard: Guard;
  readonly owner: Address;
  readonly transactionHash: Hash32;
  /** Its terms, once they are known and it was found to be in force. */
  readonly found: ActivatedMandate | null;
}

/**
 * Finds the mandates in force from the chain alone: the guards tell which hash an owner put in force, the calldata of that transaction its terms. No server of ours is asked.
 * A mandate is stored without its signature: what is in force needs none, and this keeper never puts one in force.
 */
export class MandateLearner {
  private readonly log = new Logger(MandateLearner.name);
  /** Seen and not stored yet: the loan has first to be read. */
  private readonly waiting = new Map<Hash32, Seen>();
  /** What no calldata told the terms of, each said once. */
  private readonly untold = new Set<Hash32>();
  private next: bigint;
  private range = FIRST_RANGE;

  constructor(private readonly reads: ReadClient, private readonly book: ChainBook, private readonly stores: LearnerStores, fromBlock: bigint) {
    this.next = fromBlock;
  }

  /** Reads on to the head, as far as a turn goes, and stores what can be stored. Returns how many mandates were learned. */
  async turn(): Promise<number> {
    const head = await this.reads.head();
    for (let count = 0; count < RANGES_A_TURN && this.next <= head.number; count += 1) await this.readRange(head);
    let learned = 0;
    for (const [hash, seen] of this.waiting) {
      if (await this.learn(hash, seen, head)) learned += 1;
    }
    // The last blocks are looked at again in the next turn.
    if (this.next > head.number) this.next = head.number > OVERLAP ? head.number - OVERLAP : 0n;
    return learned;
  }

  private get guards(): readonly Guard[] {
    const { aaveGuard, morphoGuard, venusGuard } = this.book.ballast;
    const named: readonly { readonly kind: MandatePlace['guard']; readonly at: Address | undefined }[] = [{ kind: 'AaveGuard', at: aaveGuard }, { kind: 'MorphoGuard', at: morphoGuard }, { kind: 'VenusGuard', at: venusGuard }];
    return named.flatMap(({ kind, at }) => (at === undefined ? [] : [{ kind, at }]));
  }

  private async readRange(head: BlockRef): Promise<void> {
    const to = this.next + this.range - 1n > head.number ? head.number : this.next + this.range - 1n;
    try {
      for (const guard of this.guards) {
        for (const log of await this.reads.getLogs({ blocks: { from: this.next, to }, address: guard.at })) {
          const activated = activatedIn(guard.kind, log);
          if (activated === null || (await this.stores.mandates.get(activated.hash)) !== null) continue;
          this.waiting.set(activated.hash, { guard, owner: activated.owner, transactionHash: log.transactionHash, found: this.waiting.get(activated.hash)?.found ?? null });
        }
      }
    } catch (error) {
      if (!(error instanceof LogRangeRefused) || this.range === 1n) throw error;
      this.range /= 2n;
      return;
    }
    this.next = to + 1n;
    if (this.range < MOST_RANGE) this.range *= 2n;
  }

  /** True where the mandate was stored. One that is in force no more is forgotten; one whose loan was not read yet waits. */
  private async learn(hash: Hash32, seen: Seen, head: BlockRef): Promise<boolean> {
    const found = seen.found ?? (await this.lookInto(hash, seen, head));
    if (found === null) {
      this.waiting.delete(hash);
      return false;
    }
    const { guard, owner } = seen;
    for (const { position } of await this.stores.positions.ofAccount(owner)) {
      const terms = position.provenance.chainId === this.reads.chainId ? termsIn(position, found) : null;
      if (terms === null) continue;
      await this.stores.mandates.add({ hash, chainId: this.reads.chainId, guard: guard.at, place: found.place, terms, signature: '0x', positionId: position.id });
      this.waiting.delete(hash);
      this.log.log(`learned mandate ${hash} of ${owner}`);
      return true;
    }
    this.waiting.set(hash, { ...seen, found });
    return false;
  }

  /** Its terms, and its owner watched from now on; null where they are in no calldata, and where it is in force no more. */
  private async lookInto(hash: Hash32, { guard, owner, transactionHash }: Seen, head: BlockRef): Promise<ActivatedMandate | null> {
    const input = await this.reads.inputOf(transactionHash);
    // Gone in a reorganisation: where it is mined again, the log comes again.
    if (input === null) return null;
    const found = activationOf(this.reads.chainId, guard, hash, input);
    if (found === null) this.tellUntold(hash, transactionHash);
    if (found === null || (await this.liveOf(guard, found, head)) !== hash) return null;
    await this.stores.watches.watchAll(this.reads.chainId, protocolsOf(this.book), owner);
    return found;
  }

  /** What the guard keeps the mandate by does not need the tokens where the signed form does not hold them. */
  private async liveOf(guard: Guard, { place, terms }: ActivatedMandate, head: BlockRef): Promise<Hash32 | null> {
    const { owner, collateral = owner, debt = owner } = terms;
    return (await readGuardPosition(this.reads, { guard: guard.at, place, terms: { owner, collateral, debt } }, head)).live;
  }

  private tellUntold(hash: Hash32, transactionHash: Hash32): void {
    if (this.untold.has(hash)) return;
    this.untold.add(hash);
    this.log.error(`mandate ${hash} was put in force by transaction ${transactionHash}, whose calldata does not hold its terms: this keeper cannot act under it`);
  }
}

/** The mandate's terms with the two tokens of the loan that it is about; null where this position is not that loan. */
function termsIn(position: LendingPosition, { place, terms }: ActivatedMandate): MandateTerms | null {
  for (const collateral of position.collaterals) {
    for (const debt of position.debts) {
      const named = sameProtocol(position, place) ? placeOf(position, collateral, debt) : null;
      const pair = { ...terms, collateral: collateral.asset.address, debt: debt.asset.address };
      if (named === null || JSON.stringify(named) !== JSON.stringify(place)) continue;
      if ((terms.collateral ?? pair.collateral) === pair.collateral && (terms.debt ?? pair.debt) === pair.debt) return pair;
    }
  }
  return null;
}

const sameProtocol = ({ protocol }: LendingPosition, { guard }: MandatePlace): boolean => ({ AaveGuard: 'aave-v3', MorphoGuard: 'morpho-blue', VenusGuard: 'venus' })[guard] === protocol;
