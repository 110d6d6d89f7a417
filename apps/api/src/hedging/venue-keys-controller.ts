import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Post, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { DERIVATIVES_VENUES, DERIVATIVES_VENUE_NAMES, instrumentId, partsOfInstrument, type DerivativesVenue } from '@ballast/positions';
import type { KeyLimits, Notice, VenueOwner } from '@ballast/policy';
import type { KeyEnd, SessionRecord, StoredVenueKey } from '@ballast/storage';
import { exactDecimalText, magnitude } from '@ballast/units';
import { keyIdOf } from '@ballast/venue-wire';
import { CurrentSession, SessionGuard } from '../auth/session-guard.js';
import type * as contract from '../contract/hedging-schemas.js';
import { venueKeyAcceptance, venueKeyRequest } from '../contract/hedging-schemas.js';
import { addressParams, keyParams } from '../contract/routes.js';
import type { Env } from '../env.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { HedgeOutdated, HedgeRefused } from '../problems/api-errors.js';
import { ENV } from '../tokens.js';
import { SEEN_WITHIN_MS } from '../views/freshness.js';
import { isSameWarning, lossWarning, type VenueKeyView } from '../views/hedging/venue-key-view.js';
import { DerivativesReader } from './derivatives-reader.js';
import { dollars, share } from './hedge-request.js';
import { HedgingStores } from './hedging-stores.js';
import { ownerOf } from './signed-in-owner.js';

type KeyRequest = z.infer<typeof contract.venueKeyRequest>;
type GatewaysView = z.infer<typeof contract.venueGateways>;

/** What a key of each venue is made of, in the words of its own pages; the fields are those that are sealed. */
const CREDENTIALS: Readonly<Record<DerivativesVenue, GatewaysView['gateways'][number]['venues'][number]['credentials']>> = {
  deribit: [{ field: 'clientId', label: 'Client id', secret: false }, { field: 'clientSecret', label: 'Client secret', secret: true }],
  hyperliquid: [{ field: 'account', label: 'Address of the account or sub-account', secret: false }, { field: 'agentKey', label: 'Private key of the API wallet (agent)', secret: true }],
  'binance-usdm': [{ field: 'apiKey', label: 'API key', secret: false }, { field: 'secret', label: 'Secret', secret: true }],
  okx: [{ field: 'apiKey', label: 'API key', secret: false }, { field: 'secret', label: 'Secret', secret: true }, { field: 'passphrase', label: 'Passphrase', secret: true }],
  bybit: [{ field: 'apiKey', label: 'API key', secret: false }, { field: 'secret', label: 'Secret', secret: true }],
};

/** Trading keys, of which this service sees nothing but what is sealed: handed in, accepted, and erased. */
@Controller()
export class VenueKeysController {
  constructor(@Inject(ENV) private readonly env: Env, @Inject(HedgingStores) private readonly stores: HedgingStores, @Inject(DerivativesReader) private readonly reader: DerivativesReader) {}

  /** Gateways that are running now: a key that is sealed to one that is gone would never be opened. */
  @Get('venues')
  async venues(): Promise<GatewaysView> {
    const { chainId } = this.env.rpc;
    const gateways = (await this.stores.gateways.ofChain(chainId)).filter(({ seenAt }) => Date.now() - seenAt.getTime() <= SEEN_WITHIN_MS);
    return {
      chainId: Number(chainId), warning: lossWarning([]),
      gateways: gateways.map(({ environment, publicKey, venues, seenAt }) => ({
        environment, publicKey, seenAt: seenAt.toISOString(), venues: DERIVATIVES_VENUES.filter((venue) => venues.includes(venue)).map((venue) => ({ venue, name: DERIVATIVES_VENUE_NAMES[venue], credentials: CREDENTIALS[venue] })),
      })),
    };
  }

  @Post('accounts/:address/venue-keys')
  @UseGuards(SessionGuard)
  async connect(@Param(new ZodPipe(addressParams)) params: z.infer<typeof addressParams>, @Body(new ZodPipe(venueKeyRequest, ['sealed'])) request: KeyRequest, @CurrentSession() session: SessionRecord): Promise<VenueKeyView> {
    const owner = ownerOf(params, session, this.env);
    const { environment, venue, name, label, sealed } = request;
    const { gateways } = await this.venues();
    const gateway = gateways.find((one) => one.environment === environment && one.venues.some((of) => of.venue === venue));
    if (gateway === undefined) throw new HedgeRefused('environment', `${environment} at ${DERIVATIVES_VENUE_NAMES[venue]}`, 'a venue and environment for which a gateway is running');
    if (sealed.split('.')[1] !== (await keyIdOf(gateway.publicKey))) throw new HedgeRefused('sealed', 'a text that is sealed to another key', 'one that is sealed to the public key of the gateway that is running');
    // An owner's routes name his keys by name alone.
    const isTaken = (await this.stores.keys.ofOwner(owner.chainId, owner.owner)).some((key) => key.name === name);
    if (isTaken || !(await this.stores.keys.add({ ...owner, environment, venue, name, label, sealed, limits: limitsOf(request) }))) throw new HedgeOutdated('name', name, 'one that no key has; choose another at random');
    return (await this.reader.keyOf(owner, name)).view;
  }

  @Post('accounts/:address/venue-keys/:name/accept')
  @HttpCode(200)
  @UseGuards(SessionGuard)
  async accept(@Param(new ZodPipe(keyParams)) params: z.infer<typeof keyParams>, @Body(new ZodPipe(venueKeyAcceptance)) { warning }: z.infer<typeof contract.venueKeyAcceptance>, @CurrentSession() session: SessionRecord): Promise<VenueKeyView> {
    const owner = ownerOf(params, session, this.env);
    const { key, view } = await this.reader.keyOf(owner, params.name);
    if (view.warning === null) throw new HedgeRefused('key', view.state, 'one that is connected and whose account was read');
    if (!isSameWarning(view.warning, warning)) throw new HedgeOutdated('warning', JSON.stringify(warning), view.warning);
    if (!(await this.stores.keys.accept(key, owner, warning))) throw new HedgeRefused('key', view.state, 'one that is connected');
    return (await this.reader.keyOf(owner, params.name)).view;
  }

  /** The sealed text is gone once it returns; orders that the venue has stay as they are, and so does what the account holds. */
  @Delete('accounts/:address/venue-keys/:name')
  @UseGuards(SessionGuard)
  async end(@Param(new ZodPipe(keyParams)) params: z.infer<typeof keyParams>, @CurrentSession() session: SessionRecord): Promise<VenueKeyView> {
    const owner = ownerOf(params, session, this.env);
    const { key } = await this.reader.keyOf(owner, params.name);
    await this.stores.keys.end(key, 'Its owner took the key away.', (end) => [keyEnded(owner, key, end)]);
    return (await this.reader.keyOf(owner, params.name)).view;
  }
}

function limitsOf({ environment, venue, limits }: KeyRequest): KeyLimits {
  return {
    instruments: limits.instruments.map((symbol) => instrumentId({ environment, venue }, symbol)), maxNotionalUsdE8: dollars('limits.maxNotionalUsd', limits.maxNotionalUsd), turnoverPerDayUsdE8: dollars('limits.turnoverPerDayUsd', limits.turnoverPerDayUsd),
    maxPriceApart: share('limits.maxPriceApartPercent', limits.maxPriceApartPercent, 1n, 9_999n),
  };
}

const leftOpen = ({ account, instrument, contracts, readAt }: KeyEnd['left'][number]) => ({
  account, instrument: partsOfInstrument(instrument).symbol, position: contracts < 0n ? 'short' : 'long', contracts: exactDecimalText(magnitude(contracts), 18), at: new Date(readAt).toISOString(),
});

/** Its owner is told of it too, and exactly of what nobody looks after any more: whoever holds his session could have done it. */
const keyEnded = ({ chainId, owner }: VenueOwner, { environment, venue, name, label }: StoredVenueKey, { plans, accounts, left }: KeyEnd): Notice => ({
  id: `venue.key-ended:${environment}:${venue}:${name}`, chainId, account: owner, positionId: null, kind: 'venue.key-ended', severity: plans.length + accounts.length + left.length > 0 ? 'critical' : 'info',
  data: { environment, venue: DERIVATIVES_VENUE_NAMES[venue], key: name, label, reason: 'You took the key away', plans: plans.length, accounts: accounts.length, left: left.map(leftOpen) },
});
