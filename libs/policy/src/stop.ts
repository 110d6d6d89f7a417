import { wad, type Address, type ChainId, type Wad } from '@ballast/units';
import { partsOf, type LendingProtocol, type PositionId } from '@ballast/positions';
import type { IntentKind } from './intent.js';

/** How far a stop reaches. One of an asset reaches the loans whose mandate sells it or repays it at the protocol. */
export type StopScope =
  | { readonly kind: 'global' }
  | { readonly kind: 'chain'; readonly chainId: ChainId | number }
  | { readonly kind: 'protocol'; readonly chainId: ChainId | number; readonly protocol: LendingProtocol }
  | { readonly kind: 'asset'; readonly chainId: ChainId | number; readonly protocol: LendingProtocol; readonly asset: Address }
  | { readonly kind: 'owner'; readonly chainId: ChainId | number; readonly owner: Address };

/** `all`: every call. `not-urgent`: every call for a loan that is not about to be liquidated. `fill`: sales of collateral; paying from the owner's wallet goes on. */
export type StopDegree = 'all' | 'not-urgent' | 'fill';

/** A kill switch or a tripped breaker in force. While it is there, nothing that it covers is signed but what gives a nonce back. */
export interface Stop {
  readonly scope: StopScope;
  readonly stops: StopDegree;
  /** `operator`, `owner`, `shadow`, or the name of the breaker: each can take away only its own. */
  readonly setBy: string;
  readonly reason: string;
}

/** Who sets a stop that is no breaker's. */
export const BY_OPERATOR = 'operator';
export const BY_OWNER = 'owner';
/** Of an owner in shadow mode: everything is decided and tried out as if it were not there, and nothing is signed. */
export const BY_SHADOW = 'shadow';
/** What a page says of shadow mode, without the full stop. */
export const SHADOW_WORDS = 'You have Ballast in shadow mode: it only notes what it would have done';

/** Below this health a loan is about to be liquidated: what is only not urgent goes ahead for it (execution.md, 3.2). */
export const CRITICAL_HEALTH: Wad = wad(1_050_000_000_000_000_000n);

/** A loan as far as stops tell loans apart. */
export interface StoppableLoan {
  readonly positionId: PositionId;
  /** What its mandate sells and repays; none where no sale is signed. */
  readonly tokens: readonly Address[];
  /** Null where it is not known: then nothing about the loan is urgent. */
  readonly health: Wad | null;
}

const WIDEST_FIRST: readonly StopScope['kind'][] = ['global', 'chain', 'protocol', 'asset', 'owner'];

/** Whether the scope holds the loan. */
export function reaches(scope: StopScope, { positionId, tokens }: Pick<StoppableLoan, 'positionId' | 'tokens'>): boolean {
  const { chainId, protocol, account } = partsOf(positionId);
  if (scope.kind === 'global') return true;
  if (scope.chainId !== chainId) return false;
  switch (scope.kind) {
    case 'chain': return true;
    case 'protocol': return scope.protocol === protocol;
    case 'asset': return scope.protocol === protocol && tokens.includes(scope.asset);
    case 'owner': return scope.owner === account;
  }
}

/** Whether a stop of this degree holds back a call of this kind for a loan of this health. */
export function holdsBack(stops: StopDegree, kind: IntentKind, health: Wad | null): boolean {
  if (stops === 'all') return true;
  if (stops === 'fill') return kind === 'FILL';
  return health === null || health >= CRITICAL_HEALTH;
}

/** The widest of the stops that holds the call back; null where it may go ahead. */
export function stopFor(stops: readonly Stop[], loan: StoppableLoan, kind: IntentKind): Stop | null {
  const holding = stops.filter((stop) => holdsBack(stop.stops, kind, loan.health) && reaches(stop.scope, loan));
  return holding.reduce<Stop | null>((widest, stop) => (widest === null || WIDEST_FIRST.indexOf(stop.scope.kind) < WIDEST_FIRST.indexOf(widest.scope.kind) ? stop : widest), null);
}

const REACH: Readonly<Record<StopScope['kind'], string>> = { global: 'everywhere', chain: 'on this chain', protocol: 'at this protocol', asset: 'of this token', owner: 'for this account' };
const STOPPED: Readonly<Record<StopDegree, string>> = { all: 'all actions', 'not-urgent': 'actions for loans that are not about to be liquidated', fill: 'sales of collateral' };

/** For the owner: who stopped what, where, and why. */
export function stopSentence({ scope, stops, setBy, reason }: Stop): string {
  if (setBy === BY_SHADOW) return SHADOW_WORDS;
  const who = { [BY_OPERATOR]: 'An operator has', [BY_OWNER]: 'You have' }[setBy] ?? `The check “${setBy}” has`;
  return `${who} stopped ${STOPPED[stops]} ${REACH[scope.kind]}: ${reason}`;
}
