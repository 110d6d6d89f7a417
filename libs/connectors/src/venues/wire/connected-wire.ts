import type { Meaning, VenueSaid } from './failures.js';
import { guardedClient, type Calls, type ClientPlan } from './guarded-client.js';
import { VenueWire } from './venue-wire.js';

export interface WirePlan<C extends Calls> extends ClientPlan {
  readonly calls: C;
  readonly meaning: (said: VenueSaid) => Meaning;
  readonly secrets: readonly string[];
}

/** Two clients, so that no order waits behind questions. Neither loads markets: sizes and ticks are Ballast's own listing, which both share. */
export async function connectedWire<C extends Calls>(plan: WirePlan<C>): Promise<VenueWire<C>> {
  const [reads, orders] = [await guardedClient(plan), await guardedClient(plan)];
  return new VenueWire(plan.place, { reads, orders }, plan.calls, plan.meaning, plan.secrets);
}
