import { mustRoll, type HedgeStop, type HeldPut, type HedgePlan, type OrderUnderWay, type PutAccount } from '@ballast/policy';
import type { InstrumentId, ListedOption, VenueAccountId } from '@ballast/positions';
import type { ContractsE18 } from '@ballast/units';
import type { AccountLook } from './account-watch.js';
import type { HedgeRecords } from './keeping.js';
import type { KeyStanding } from './key-watch.js';
import type { LegFacts } from './leg-facts.js';
import type { PutMarkets } from './put-markets.js';

/** Books of puts that are to be sold are read as often as that, the others once a minute. */
const SELLING_EVERY_MS = 5_000;
const HELD_EVERY_MS = 60_000;

export interface PutAccountsParts {
  readonly records: Pick<HedgeRecords, 'bought'>;
  readonly legs: Pick<LegFacts, 'underWay'>;
  readonly markets: Pick<PutMarkets, 'ask' | 'of'>;
  readonly now: () => number;
}

/** What the account that a plan names for puts holds of them, and how much of that the plan bought. */
export class PutAccounts {
  constructor(private readonly parts: PutAccountsParts) {}

  /** `standing` of the account's key, `stop` as it reaches that account. @throws what the stores throw */
  async of({ id: planId, puts, policy }: Pick<HedgePlan, 'id' | 'puts' | 'policy'>, looks: ReadonlyMap<VenueAccountId, AccountLook>, standing: Pick<KeyStanding, 'key'> | null, stop: HedgeStop): Promise<PutAccount> {
    if (puts.kind === 'none') return { kind: 'none' };
    const { legs, records, markets } = this.parts;
    const look = looks.get(puts.account);
    const [order, bought] = await Promise.all([legs.underWay(look ?? { id: puts.account, settling: [] }, policy.underlying), records.bought(planId, puts.account)]);
    if (look === undefined || look.reading.kind === 'unknown' || standing === null) return isUntouched(policy, order, bought) ? { kind: 'none' } : { kind: 'unread' };
    const listed = new Map(look.instruments.flatMap((one): readonly (readonly [string, ListedOption])[] => (one.kind === 'option' && one.type === 'put' && one.underlying === policy.underlying ? [[one.id, one]] : [])));
    const held = look.reading.value.positions.flatMap(({ instrument, contracts }): readonly HeldPut[] => {
      const option = listed.get(instrument);
      if (option === undefined || contracts <= 0n) return [];
      const own = bought.get(instrument) ?? 0n;
      return [{ option, contracts, own: (own > 0n ? own : 0n) as ContractsE18, market: markets.of(instrument, policy.maxPriceAgeMs) }];
    });
    const own = held.filter((put) => put.own > 0n);
    const isSelling = policy.mode.kind !== 'tail' || own.some(({ option }) => mustRoll(option, policy, this.parts.now()));
    markets.ask(`${policy.underlying} held`, look.id, own.map(({ option }) => option.id), isSelling ? SELLING_EVERY_MS : HELD_EVERY_MS);
    return { kind: 'read', id: look.id, isFresh: look.reading.kind === 'known' && look.trouble.kind === 'none', held, order, key: standing.key, stop };
  }
}

/** A plan that buys no puts and bought none does not wait for an account that it names for them. */
const isUntouched = ({ mode }: HedgePlan['policy'], order: OrderUnderWay, bought: ReadonlyMap<InstrumentId, ContractsE18>): boolean => mode.kind !== 'tail' && order.kind === 'none' && [...bought.values()].every((contracts) => contracts <= 0n);
