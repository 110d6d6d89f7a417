import { Logger } from '@nestjs/common';
import type { HedgeLeg, HedgePolicy, PlannedOrder } from '@ballast/policy';
import type { AccountBooks } from './keeping.js';
import type { KeyWatch } from './key-watch.js';
import { hasLeverage, leverageWanted } from './leg-facts.js';

/** A venue that did not take it is asked again after so long. */
const AGAIN_MS = 30_000;

/** Sets the leverage at the venue before anything grows there, and believes what it reads back. */
export class LeverageSetter {
  private readonly log = new Logger(LeverageSetter.name);
  private readonly asked = new Map<string, number>();

  constructor(private readonly books: Pick<AccountBooks, 'keepLeverage'>, private readonly keys: KeyWatch, private readonly now: () => number) {}

  /** Legs of which nobody has read a leverage back, or too high a one. */
  isMissing(leg: HedgeLeg, policy: Pick<HedgePolicy, 'maxLeverage'>): boolean {
    if (!hasLeverage(leg.id) || leg.account.kind !== 'known' || leg.key.kind === 'refused') return false;
    return leg.leverage.kind !== 'read-back' || leg.leverage.wad > leverageWanted(policy.maxLeverage, leg.account.value.marginMode === 'isolated');
  }

  /** The legs of these orders that want one set, with what was read back; those that stay as they are keep theirs. Never throws for what a venue does not do. */
  async before(orders: readonly Pick<PlannedOrder, 'account' | 'instrument' | 'reduceOnly'>[], legs: readonly HedgeLeg[], policy: HedgePolicy): Promise<readonly HedgeLeg[]> {
    const grows = (leg: HedgeLeg): boolean => orders.some(({ account, instrument, reduceOnly }) => !reduceOnly && account === leg.id && instrument === leg.instrument.id);
    return Promise.all(legs.map((leg) => (grows(leg) && this.isMissing(leg, policy) ? this.set(leg, policy) : leg)));
  }

  private async set(leg: HedgeLeg, policy: HedgePolicy): Promise<HedgeLeg> {
    const key = `${leg.id} ${leg.instrument.id}`;
    if (leg.account.kind !== 'known' || this.now() - (this.asked.get(key) ?? -Infinity) < AGAIN_MS) return leg;
    this.asked.set(key, this.now());
    const wanted = leverageWanted(policy.maxLeverage, leg.account.value.marginMode === 'isolated');
    const answer = await this.keys.ask(leg.id, ({ trader }) => trader.setLeverage(leg.id, leg.instrument.id, wanted)).catch((error: Error) => ({ kind: 'failed', error }) as const);
    if (answer.kind !== 'done') {
      this.log.warn(`${key}: the leverage was not set: ${answer.kind === 'failed' ? answer.error.message : answer.kind === 'rejected' ? answer.rejection.message : answer.because}`);
      return leg;
    }
    await this.books.keepLeverage(leg.id, leg.instrument.id, answer.value.readBack, this.now());
    this.asked.delete(key);
    return { ...leg, leverage: { kind: 'read-back', wad: answer.value.readBack } };
  }
}
