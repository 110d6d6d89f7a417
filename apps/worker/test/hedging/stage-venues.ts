import { connectVenue, type VenueConnection } from '@ballast/connectors/venues';
import { instrumentId, venueAccountId } from '@ballast/positions';
import { address } from '@ballast/units';
import type { VenueCredentials } from '@ballast/venue-wire';
import type { DeribitAccount, HyperliquidAccount, VenueOperator } from '../../../paper-venue/test/started-venue.js';

export type StageKey = HyperliquidAccount | DeribitAccount;

export const HYPERLIQUID = { environment: 'paper', venue: 'hyperliquid' } as const;
const DERIBIT = { environment: 'paper', venue: 'deribit' } as const;

/** Where an account of a stage can be, with what, and which perpetual carries its hedge. */
export const VENUES = {
  hyperliquid: { place: HYPERLIQUID, account: venueAccountId(HYPERLIQUID, 'main'), instrument: instrumentId(HYPERLIQUID, 'ETH'), currency: 'USDC', deposit: '120000' },
  deribit: { place: DERIBIT, account: venueAccountId(DERIBIT, 'main.ETH'), instrument: instrumentId(DERIBIT, 'ETH-PERPETUAL'), currency: 'ETH', deposit: '10' },
} as const;
export type StageVenueName = keyof typeof VENUES;

interface OrderThere {
  readonly account: string;
  readonly clientId: string | null;
}

interface StateThere {
  readonly orders: Readonly<Record<string, OrderThere>>;
  readonly script: { readonly due: readonly unknown[] };
}

/** A venue as its operator sees it, whatever it answers to us. */
export class VenueThere {
  constructor(private readonly operator: VenueOperator, private readonly on: StageVenueName, private readonly account: string) {}

  /** Every order of the account that it ever took. */
  async orders(): Promise<readonly OrderThere[]> {
    return Object.values((await this.state()).orders).filter(({ account }) => account.startsWith(this.account));
  }

  /** Whether it has an order that it executes later. */
  async isOrderDue(): Promise<boolean> {
    return (await this.state()).script.due.length > 0;
  }

  private async state(): Promise<StateThere> {
    return (await this.operator.get<Record<StageVenueName, StateThere>>('/admin/state'))[this.on];
  }
}

const credentialsOf = (key: StageKey): VenueCredentials =>
  'agent' in key ? { venue: 'hyperliquid', account: address(key.account), agentKey: key.privateKey as `0x${string}` } : { venue: 'deribit', clientId: key.clientId, clientSecret: key.clientSecret };

/** The real client of the key's venue, at the paper one. */
export const connectStage = (key: StageKey, url: string, now: () => number, timeoutMs: number): Promise<VenueConnection> =>
  connectVenue({ environment: 'paper', accountName: 'main', url, paced: false, now, timeoutMs, credentials: credentialsOf(key) });

export function agentOf(key: StageKey): HyperliquidAccount {
  if (!('agent' in key)) throw new TypeError('only an account at Hyperliquid has an agent');
  return key;
}
