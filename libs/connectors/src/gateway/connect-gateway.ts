import { VenueKeyRefused, type VenueAccountId, type VenueReader, type VenueTrader } from '@ballast/positions';
import { forgetAnswer, gatewayHealth, keyOfAccount, openAnswer, publicKeyAnswer, type GatewayHealth, type KeyName, type KeyRights, type OpenedKey, type SealedKey } from '@ballast/venue-wire';
import { peerName, type LocalAddress } from '../local-request.js';
import { GatewaySilent } from './gateway-errors.js';
import { askGateway, failureOf, type GatewayAnswer, type GatewayPeer } from './gateway-exchange.js';
import { GatewayReader, GatewayTrader, pathOf, type GatewayKey } from './gateway-venue.js';

export interface GatewayOptions {
  readonly at: LocalAddress;
  /** The shared secret; none where a socket's file permissions say who may ask. */
  readonly token?: string;
  /** The key as its owner handed it in, to be opened again; null where it was taken away. */
  readonly sealedKey: (key: KeyName) => Promise<SealedKey | null>;
  /** For one exchange; more than a venue may take for what the gateway asks it. */
  readonly timeoutMs?: number;
}

/** Reads and trades with one key. */
export interface GatewayVenue {
  readonly reader: VenueReader;
  readonly trader: VenueTrader;
}

/** The process that holds trading keys, asked from another one. It gives no key out. */
export interface Gateway {
  /** With the key of this name. Nothing is asked before it is used. */
  venue(key: KeyName): GatewayVenue;
  /** With the key that this account is traded with. @throws InvalidInput when it is no account id */
  venueOf(account: VenueAccountId): GatewayVenue;
  /** Hands a sealed key in; a `VenueKeyRecord` is one. May be repeated. @throws VenueKeyRefused where it does not open, can withdraw or is refused; VenueUnavailable, VenueAnswerInvalid */
  openKey(key: SealedKey): Promise<OpenedKey>;
  /** Whether there was one to forget. @throws VenueUnavailable */
  forgetKey(key: KeyName): Promise<boolean>;
  /** Asks the venue again what the key may do. @throws as `openKey` */
  checkKey(key: KeyName): Promise<KeyRights>;
  /** What owners seal their keys to, and its id for people to compare. @throws GatewaySilent */
  publicKey(): Promise<{ readonly publicKey: string; readonly keyId: string }>;
  /** @throws GatewaySilent */
  health(): Promise<GatewayHealth>;
}

const TIMEOUT_MS = 30_000;

/** Nothing is asked yet: a gateway that is down is found by the first question. */
export function connectGateway({ at, token, sealedKey, timeoutMs = TIMEOUT_MS }: GatewayOptions): Gateway {
  const peer: GatewayPeer = { at, timeoutMs, ...(token === undefined ? {} : { token }) };
  const openKey = async ({ environment, venue, chainId, owner, name, sealed }: SealedKey): Promise<OpenedKey> =>
    answered(venue, peer, await askGateway(peer, 'POST', '/keys', openAnswer, { environment, venue, chainId, owner, name, sealed }, true));
  const reopen = async (key: KeyName): Promise<OpenedKey> => {
    const found = await sealedKey(key);
    if (found === null) throw new VenueKeyRefused(key.venue, 'its owner took it away');
    return openKey(found);
  };
  const keyOf = ({ environment, venue, name }: KeyName): GatewayKey => ({ environment, venue, name, peer, reopen: () => reopen({ environment, venue, name }) });
  const venue = (key: KeyName): GatewayVenue => ({ reader: new GatewayReader(keyOf(key)), trader: new GatewayTrader(keyOf(key)) });
  return {
    venue, openKey,
    venueOf: (account) => venue(keyOfAccount(account)),
    forgetKey: async (key) => answered(key.venue, peer, await askGateway(peer, 'DELETE', pathOf(key), forgetAnswer, null, true)).forgotten,
    checkKey: (key) => new GatewayReader(keyOf(key)).ask('check', {}),
    publicKey: async () => told(peer, await askGateway(peer, 'GET', '/public-key', publicKeyAnswer, null, true)),
    health: async () => told(peer, await askGateway(peer, 'GET', '/health', gatewayHealth, null, true)),
  };
}

function answered<T>(venue: KeyName['venue'], peer: GatewayPeer, answer: GatewayAnswer<T>): T {
  if (answer.kind === 'answered') return answer.value;
  throw failureOf(venue, peer, answer);
}

/** What is asked of the gateway itself, whatever the venue. */
function told<T>(peer: GatewayPeer, answer: GatewayAnswer<T>): T {
  if (answer.kind === 'answered') return answer.value;
  throw new GatewaySilent(peerName(peer.at), answer.kind === 'silent' ? answer.why : answer.refusal.code);
}
