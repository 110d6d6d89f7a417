import { createHash } from 'node:crypto';
import type { PlannedOrder, VenueIntent, VenueOwner } from '@ballast/policy';
import { clientOrderIdOf, partsOfVenueAccount, type Underlying } from '@ballast/positions';
import { hash32, type ContractsE18, type UsdE8 } from '@ballast/units';

/** An order that arrives later than this is refused, where the venue can be told. */
const VALID_MS = 10_000;

const sha256 = (text: string) => hash32(`0x${createHash('sha256').update(text, 'utf8').digest('hex')}`);

/** What an order is named after. A plan, or a guarded account by its name. */
export interface OrderSource {
  readonly owner: VenueOwner;
  readonly plan: string;
  readonly version: number;
  /** Of the first order; counted up from there, and never used again. */
  readonly slice: number;
  readonly underlying: Underlying;
}

/** What was decided, as intents that were never sent. */
export const intentsOf = (orders: readonly PlannedOrder[], { owner, plan, version, slice, underlying }: OrderSource, now: number): readonly { readonly intent: VenueIntent; readonly notionalUsdE8: UsdE8; readonly slice: number }[] =>
  orders.map((order, index) => {
    const { environment, venue } = partsOfVenueAccount(order.account);
    const clientId = clientOrderIdOf({ environment, venue, user: owner.owner, plan, planVersion: version, slice: slice + index }, sha256);
    const { account, instrument, side, contracts, priceCap, reduceOnly, notionalUsdE8 } = order;
    return {
      slice: slice + index, notionalUsdE8,
      intent: { order: { account, instrument, clientId, side, contracts, priceCap, reduceOnly, validUntil: now + VALID_MS }, underlying, state: 'PLANNED', sent: { kind: 'never' }, filled: 0n as ContractsE18, why: { kind: 'nothing' } },
    };
  });
