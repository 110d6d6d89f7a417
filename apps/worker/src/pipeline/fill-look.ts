import { Logger } from '@nestjs/common';
import type { BlockRef } from '@ballast/connectors';
import type { FillFinder } from '@ballast/execution';
import { MANDATE_ACTIONS, fillSizes, triggerOf, unpricedAsset, type DecideInput, type Mandate } from '@ballast/policy';
import { owesNothing } from '@ballast/risk';
import { BallastError, type Address } from '@ballast/units';
import { PerBlock } from './per-block.js';

/** Guards and keepers lists whose fillers are asked for ahead. */
const LISTS_KEPT = 4;

/** Looks at every block what selling the collateral rests on, for mandates that allow it: also far above the trigger, so that what stands in its way is told in time. */
export class FillLook {
  private readonly log = new Logger(FillLook.name);
  private readonly fillers = new PerBlock<Address | null>();
  /** One mandate of each guard and keepers list that a filler was asked for, the newest last. */
  private readonly askedFor = new Map<string, Mandate>();

  /** `finder` null: nothing can be sold on this chain. */
  constructor(private readonly finder: FillFinder | null) {}

  /** Undefined where no fill is signed or none can be made here; null where nothing could be found out. */
  async at(block: BlockRef, input: DecideInput): Promise<DecideInput['fill']> {
    const { mandate, position } = input;
    if (this.finder === null || mandate === null || mandate.status !== 'active' || (mandate.terms.actions & MANDATE_ACTIONS.FILL) === 0) return undefined;
    const debt = position.debts.find((leg) => leg.asset.address === mandate.terms.debt && leg.amount > 0n);
    if (debt?.price.kind !== 'price' || owesNothing(position) || unpricedAsset(position) !== null) return null;
    const token = { address: debt.asset.address, decimals: debt.asset.decimals, usdE8: debt.price.usdE8 };
    const sizes = fillSizes(input, mandate.terms, triggerOf(input, mandate));
    const find = () => this.finder?.facts(block, mandate, token, sizes) ?? Promise.resolve(null);
    // Once more, as the watcher does: a node that is just taking in a block may fail once. Repaying from the wallet never waits for a price.
    return find().catch(() => find()).catch((error: unknown) => {
      if (!(error instanceof BallastError)) throw error;
      this.log.warn(`${position.id}: a sale could not be priced: ${error.message}`);
      return null;
    });
  }

  /** Begins to ask for the fillers that were asked for of late: whoever is decided on at the block does not wait for the answer. */
  ahead(block: BlockRef): void {
    for (const mandate of [...this.askedFor.values()]) void this.fillerFor(block, mandate);
  }

  /** The filler through which a repayment under this mandate may be aimed; null where there is none, and where that could not be found out. */
  fillerFor(block: BlockRef, mandate: Mandate): Promise<Address | null> {
    // Asked once a block for all mandates of a guard and a keepers list.
    const list = `${mandate.guard} ${mandate.terms.keepers}`;
    this.askedFor.delete(list);
    this.askedFor.set(list, mandate);
    for (const old of this.askedFor.keys()) if (this.askedFor.size > LISTS_KEPT) this.askedFor.delete(old);
    return this.fillers.of(`${block.hash} ${list}`, () => this.finder?.fillerFor(block, mandate) ?? Promise.resolve(null)).catch(() => null);
  }
}
