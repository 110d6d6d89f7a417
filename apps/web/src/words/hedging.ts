import type { Derivatives, DerivativesVenue, Hedge, HedgeLeg, HedgeMode, VenueAccount, VenueEnvironment, VenueKey, VenueOrder, VenuePosition, VenueStop, HedgeDecision } from '../api/types.js';
import { compare, dollars, health, listed, percent, percentDown, size } from './numbers.js';
import { BLIND, type Mark, type Tone } from './states.js';

/** Paper is told on everything that is paper: no money moves there. */
export const PAPER: Mark = { tone: 'plain', shape: 'paper', word: 'PAPER' };

/** Which environments something of the owner is in; live where there is nothing yet. */
export function environmentsOf({ accounts, hedges, keys, underlyings }: Pick<Derivatives, 'accounts' | 'hedges' | 'keys' | 'underlyings'>): readonly VenueEnvironment[] {
  const used = new Set([...accounts, ...hedges, ...keys].map(({ environment }) => environment));
  const found = used.size > 0 ? used : new Set(underlyings.map(({ environment }) => environment));
  return (['live', 'paper'] as const).filter((environment) => found.has(environment));
}
export const environmentInWords = (environment: VenueEnvironment): string => (environment === 'paper' ? 'Paper' : 'Live');

const VENUES: Readonly<Record<DerivativesVenue, string>> = { deribit: 'Deribit', hyperliquid: 'Hyperliquid', 'binance-usdm': 'Binance USD-M', okx: 'OKX', bybit: 'Bybit' };
export const venueName = (venue: DerivativesVenue): string => VENUES[venue];

/** What perpetuals of ETH and BTC are called at each venue, offered beside a field where any of its instruments may be typed. */
export const PERPETUALS: Readonly<Record<DerivativesVenue, readonly string[]>> = {
  deribit: ['ETH-PERPETUAL', 'BTC-PERPETUAL'], hyperliquid: ['ETH', 'BTC'], 'binance-usdm': ['ETHUSDT', 'BTCUSDT'], okx: ['ETH-USDT-SWAP', 'BTC-USDT-SWAP'], bybit: ['ETHUSDT', 'BTCUSDT'],
};

/** How a hedge stands. */
export function hedgeMark(state: Hedge['state']): Mark {
  switch (state) {
    case 'in-band': return { tone: 'safe', shape: 'circle', word: 'In band' };
    case 'trading': return { tone: 'act', shape: 'arc', word: 'Trading' };
    case 'unwinding': return { tone: 'act', shape: 'arc', word: 'Unwinding' };
    case 'cannot': return { tone: 'danger', shape: 'octagon', word: 'Cannot' };
    case 'stopped': return { tone: 'watch', shape: 'hold', word: 'Stopped' };
    case 'reading': return { tone: 'plain', shape: 'arc', word: 'Being read' };
    case 'idle': return { tone: 'plain', shape: 'info', word: 'Nothing to hedge' };
    case 'ended': return { tone: 'plain', shape: 'info', word: 'Ended' };
  }
}

/** Whether Ballast would act on a derivative account. */
export function accountMark({ state, protection }: Pick<VenueAccount, 'state' | 'protection'>): Mark {
  if (state === 'unread') return BLIND;
  if (state === 'ended') return { tone: 'plain', shape: 'info', word: 'Ended' };
  if (state === 'reading') return { tone: 'plain', shape: 'arc', word: 'Being read' };
  switch (protection.state) {
    case 'armed': return { tone: 'safe', shape: 'shield', word: 'Armed' };
    case 'acting': return { tone: 'act', shape: 'arc', word: 'Acting' };
    case 'cannot': return { tone: 'danger', shape: 'octagon', word: 'Not protected' };
    case 'off': return { tone: 'plain', shape: 'info', word: 'No rule' };
  }
}

/** How near the margin is to being used up, by the ladder that hedges are kept by: from 30% of it told, from 50% reduced. */
export function marginTone({ state, marginUsePercent, positions }: Pick<VenueAccount, 'state' | 'marginUsePercent' | 'positions'>): Tone {
  if (state !== 'read' || (marginUsePercent === null && positions.length > 0)) return 'blind';
  const use = Number(marginUsePercent ?? '0');
  return use >= 50 ? 'danger' : use >= 30 ? 'watch' : 'safe';
}

/** `Hyperliquid`, or `Hyperliquid and Deribit`, for the head of a hedge's card. */
export const venuesOf = (legs: readonly Pick<HedgeLeg, 'venueName'>[]): string => listed([...new Set(legs.map((leg) => leg.venueName))]);

/** `14.00 ETH at $3,204.00`: the size at its entry. */
export const legSize = ({ coins }: Pick<HedgeLeg, 'coins'>, underlying: string): string => `${size(coins)} ${underlying}`;

type Placed = Pick<VenuePosition, 'side' | 'liquidation'> | Pick<HedgeLeg, 'side' | 'liquidation'>;

/** Its own liquidation: `$3,981 (+27.9%)`. A short is liquidated by a rise, which carries its plus, and its price rounds down; a long by a fall, and up. */
export function liquidationInWords({ side, liquidation }: Placed): string {
  if (liquidation.kind === 'none') return 'None';
  if (liquidation.kind === 'unknown' || liquidation.usd === null) return 'Not known';
  const short = side === 'short';
  return `${dollars(liquidation.usd, short ? 'down' : 'up')}${liquidation.distancePercent === null ? '' : ` (${short ? '+' : '−'}${percentDown(liquidation.distancePercent)})`}`;
}

/** The position that is liquidated first; null where none of them can be or none is known. */
export function nearestPosition(positions: readonly VenuePosition[]): VenuePosition | null {
  const known = positions.filter(({ liquidation }) => liquidation.distancePercent !== null);
  return known.reduce<VenuePosition | null>((nearest, position) => (nearest === null || compare(position.liquidation.distancePercent ?? '0', nearest.liquidation.distancePercent ?? '0') < 0 ? position : nearest), null);
}

/** `ETH short, 14.00`. */
export const positionInWords = ({ underlying, side, coins, contracts, kind, instrument }: VenuePosition): string => (kind === 'option' ? `${instrument}, ${side} ${coins === null ? contracts : size(coins)}` : `${underlying} ${side}, ${coins === null ? `${contracts} contracts` : size(coins)}`);

/** What of the risk is hedged, as a sentence. */
export function modeInWords(mode: HedgeMode, underlying: string): string {
  switch (mode.kind) {
    case 'none': return 'Hedge nothing, and close what is open.';
    case 'full': return `Always hedge ${percent(mode.sharePercent)} of what you hold in ${underlying}.`;
    case 'above-hf': return `Hedge nothing while the weakest loan’s health is ${health(mode.belowHealth)} or more, more the lower it is, and ${percent(mode.sharePercent)} at ${health(mode.fullAtHealth)}.`;
    case 'tail': return `Buy puts on ${underlying}: they pay in a deep fall, and a rise stays yours.`;
  }
}

/** What became of a key. */
export function keyMark(state: VenueKey['state']): Mark {
  switch (state) {
    case 'new': return { tone: 'act', shape: 'arc', word: 'Being tried' };
    case 'connected': return { tone: 'watch', shape: 'diamond', word: 'Waits for you' };
    case 'accepted': return { tone: 'safe', shape: 'shield', word: 'May trade' };
    case 'refused': return { tone: 'danger', shape: 'octagon', word: 'Refused' };
    case 'ended': return { tone: 'plain', shape: 'info', word: 'Ended' };
  }
}

export const STOP_LEVELS = {
  'no-grow': { title: 'Let nothing grow', told: 'Nothing grows', text: 'Hedges may shrink and be closed, and margin may be added. No new risk is taken.' },
  'cancel-all': { title: 'Send nothing', told: 'Nothing is sent', text: 'Open orders are cancelled and none is sent, also none that would make you safer.' },
  flatten: { title: 'Close everything', told: 'Hedges are closed', text: 'All that your hedges hold is closed, at a price inside your limits. It is asked twice.' },
} as const;

/** What a stop is called at the head of its banner. */
export function venueStopTitle({ scope, venue, level, by, isConfirmed }: VenueStop): string {
  const where = scope === 'venue' && venue !== null ? ` at ${venueName(venue)}` : '';
  const who = by === 'owner' ? 'You stopped this' : by === 'operator' ? 'Stopped by Ballast’s operators' : 'Stopped by Ballast itself';
  const what = level === 'flatten' && !isConfirmed ? 'Nothing grows, until closing everything is confirmed' : STOP_LEVELS[level].told;
  return `${what}${where}. ${who}`;
}

/** What came of a decision about a hedge or a derivative account. */
export function hedgeDecisionMark({ kind, orders, moves }: Pick<HedgeDecision, 'kind' | 'orders' | 'moves'>): Mark {
  if (kind === 'hold') return { tone: 'plain', shape: 'hold', word: 'Held' };
  if (kind === 'cannot') return { tone: 'danger', shape: 'octagon', word: 'Could not' };
  const states = [...orders.map(({ state }) => state), ...moves.map(({ state }) => state)];
  if (states.some((state) => state === 'UNKNOWN')) return { tone: 'watch', shape: 'diamond', word: 'Being asked' };
  if (states.length === 0 || states.some((state) => state === 'PLANNED' || state === 'SENT' || state === 'ACKED' || state === 'PARTIAL')) return { tone: 'act', shape: 'arc', word: 'Trading' };
  if (orders.some(({ filled }) => compare(filled, '0') > 0) || moves.some(({ state }) => state === 'DONE')) return { tone: 'act', shape: 'shield', word: 'Done' };
  return { tone: 'watch', shape: 'diamond', word: 'Nothing filled' };
}

const ORDER_STATES: Readonly<Record<VenueOrder['state'], string>> = {
  PLANNED: 'written down, not sent yet', SENT: 'sent, no answer yet', UNKNOWN: 'sent, and the answer was lost: the venue is asked', ACKED: 'taken by the venue', PARTIAL: 'filled in part', FILLED: 'filled', CANCELED: 'cancelled',
  REJECTED: 'rejected by the venue', DROPPED: 'never sent',
};
export const orderStateInWords = (state: VenueOrder['state']): string => ORDER_STATES[state];

/** `Sell 4.00 of ETH on Hyperliquid`, `Sold` once all of it is filled: contracts as the venue counts them. */
export const orderInWords = ({ side, contracts, instrument, state, venueName: venue }: Pick<VenueOrder, 'side' | 'contracts' | 'instrument' | 'state' | 'venueName'>): string => {
  const deed = state === 'FILLED' ? (side === 'sell' ? 'Sold' : 'Bought') : side === 'sell' ? 'Sell' : 'Buy';
  return `${deed} ${size(contracts)} of ${instrument} on ${venue}`;
};

export interface GreekRow {
  readonly name: string;
  readonly title: string;
  readonly ours: string;
  readonly venues: string;
  /** Whether the two are too far apart to be a matter of rounding. */
  readonly apart: boolean;
}

const GREEKS = [
  ['delta', 'Exposure (delta)', 'coins gained for each coin when the price rises by a dollar', 4],
  ['gamma', 'Nearness (gamma)', 'how much the exposure changes for a dollar of price', 6],
  ['vega', 'Volatility (vega)', 'dollars for one point of volatility', 2],
  ['theta', 'Time (theta)', 'dollars a day', 2],
] as const;

/** Our figures beside the venue's, for one coin; nothing for what has none. Apart: a delta by more than 0.02, a vega by more than 5%. */
export function greeksInWords({ ownGreeks, venueGreeks, kind }: Pick<VenuePosition, 'ownGreeks' | 'venueGreeks' | 'kind'>): readonly GreekRow[] {
  if (kind !== 'option' || (ownGreeks === null && venueGreeks === null)) return [];
  const figure = (value: number | undefined, digits: number): string => (value === undefined || !Number.isFinite(value) ? 'not known' : value.toFixed(digits).replace('-', '−'));
  return GREEKS.map(([key, name, title, digits]) => {
    const [own, venue] = [ownGreeks?.[key], venueGreeks?.[key]];
    const gap = own === undefined || venue === undefined ? 0 : Math.abs(own - venue);
    return { name, title, ours: figure(own, digits), venues: figure(venue, digits), apart: (key === 'delta' && gap > 0.02) || (key === 'vega' && gap > 0.05 * Math.abs(venue ?? 0)) };
  });
}
