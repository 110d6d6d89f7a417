import type { z } from 'zod';
import { formatUsd, formatPercentDown, mulDivDown, BPS, WAD, magnitude, type UsdE8 } from '@ballast/units';
import { DERIVATIVES_VENUE_NAMES, accountWorth, currencyOf, partsOfVenueAccount, worstMarginUse, type DerivativeAccount, type Instrument, type PerpetualPosition } from '@ballast/positions';
import { withOwnGreeks } from '@ballast/risk';
import { hedgeSentence, type AccountBounds } from '@ballast/policy';
import type { StoredVenueAccount, StoredVenueKey, VenueDecisionRecord } from '@ballast/storage';
import type * as contract from '../../contract/hedging-schemas.js';
import { moment } from '../text.js';
import { amountWords, bpsText, clockTime, coinText, exactPercentText, percentText } from './figures.js';
import { accountSentence } from './account-words.js';
import { marginRatioText, valueOf, venuePositionView } from './venue-position-view.js';

export type VenueAccountView = z.infer<typeof contract.venueAccount>;
export type AccountBoundsView = z.infer<typeof contract.accountBounds>;

export const boundsView = (bounds: AccountBounds): AccountBoundsView => ({
  earliestUsePercent: exactPercentText(bounds.earliest), latestUsePercent: exactPercentText(bounds.latest), mayAddMargin: bounds.mayAddMargin, mayClose: bounds.mayClose, mostClosedPercent: bpsText(bounds.mostClosed), slippagePercent: bpsText(bounds.slippage),
});

export interface AccountFacts {
  readonly account: StoredVenueAccount;
  readonly key: StoredVenueKey | undefined;
  readonly instruments: readonly Instrument[];
  /** The last decision about the account; undefined where it was never decided about. */
  readonly decided: VenueDecisionRecord | undefined;
  /** Wall clock in milliseconds. */
  readonly now: number;
  /** After which what was read counts as old. */
  readonly freshForMs: number;
}

export function venueAccountView({ account, key, instruments, decided, now, freshForMs }: AccountFacts): VenueAccountView {
  const { venue } = partsOfVenueAccount(account.id);
  const read = account.reading.kind === 'unknown' ? null : withOwnGreeks(account.reading.value, instruments, now);
  const isOld = account.reading.kind !== 'unknown' && now - account.reading.at > freshForMs;
  const state = key === undefined || key.state.kind === 'ended' ? 'ended' : account.unread !== null || isOld ? 'unread' : read === null ? 'reading' : 'read';
  const maintenance = read === null ? null : valueOf(read.maintenanceMargin);
  const use = read === null ? null : worstMarginUse(read);
  const venueName = DERIVATIVES_VENUE_NAMES[venue];
  return {
    id: account.id, key: account.keyName, environment: account.environment, venue, venueName, label: key?.label ?? '', state,
    unreadSince: account.unread !== null ? clockTime(account.unread.since) : isOld ? clockTime((account.reading as { at: number }).at) : null, unreadWhy: account.unread?.why ?? (isOld ? 'Nobody has looked at it since.' : null),
    readAt: account.reading.kind === 'unknown' ? null : clockTime(account.reading.at), currency: read === null ? null : currencyOf(read.settlement), marginMode: read?.marginMode ?? null,
    equity: read === null ? null : coinText(accountWorth(read)), free: read === null ? null : coinText(read.free), maintenanceMargin: maintenance === null ? null : coinText(maintenance),
    marginRatio: use?.kind === 'share' ? marginRatioText(WAD, use.wad) : null, marginUsePercent: use?.kind === 'share' ? percentText(use.wad, 'up') : use?.kind === 'none' ? '0.0' : use?.kind === 'exhausted' ? '100.0' : null,
    positions: read === null ? [] : read.positions.filter(({ contracts }) => contracts !== 0n).map((position) => venuePositionView(position, read, instruments.find(({ id }) => id === position.instrument))),
    isShared: read?.openOrders.some(({ clientId }) => clientId.kind === 'foreign') ?? false, protection: protectionOf({ account, key, instruments, decided, now, freshForMs }, state), sentence: sentenceOf(read, venueName, instruments),
  };
}

/** The position that is liquidated after the smallest move, in one sentence. */
function sentenceOf(account: DerivativeAccount | null, venueName: string, instruments: readonly Instrument[]): string {
  if (account === null) return `${venueName} was not read yet.`;
  const open = account.positions.filter((one): one is PerpetualPosition => one.kind === 'perpetual' && one.contracts !== 0n);
  if (open.length === 0) return account.positions.some(({ contracts }) => contracts !== 0n) ? 'Only options are held here.' : 'Nothing is held here.';
  const maintenance = valueOf(account.maintenanceMargin);
  if (maintenance !== null && maintenance > 0n && account.equity <= maintenance) return `${venueName} may liquidate this account now.`;
  const near = open.flatMap((position) => {
    const mark = valueOf(position.markUsdE8);
    return position.liquidation.kind === 'price' && mark !== null && mark > 0n ? [{ position, usdE8: position.liquidation.usdE8, mark, distance: mulDivDown(magnitude(position.liquidation.usdE8 - mark), BPS, mark) }] : [];
  }).sort((one, other) => (one.distance < other.distance ? -1 : 1));
  const [nearest] = near;
  if (nearest === undefined) return open.every(({ liquidation }) => liquidation.kind === 'none') ? `No price of what is held here leads to a liquidation at ${venueName}.` : `${venueName} does not tell at which price it would liquidate.`;
  const of = instruments.find(({ id }) => id === nearest.position.instrument)?.underlying ?? 'The price';
  const rises = nearest.usdE8 > nearest.mark;
  return `${of} must ${rises ? 'rise' : 'fall'} ${formatPercentDown(nearest.distance)}, to ${formatUsd(nearest.usdE8 as UsdE8, rises ? 'down' : 'up')}, before ${venueName} may liquidate this account.`;
}

/** A decision counts under the bounds it was made in, and while it is fresh: who died cannot say himself that he looks no more. */
function protectionOf({ account, key, decided, now, freshForMs }: AccountFacts, state: VenueAccountView['state']): VenueAccountView['protection'] {
  const { bounds, reading } = account;
  if (bounds === null) return { state: 'off', bounds: null, actsAtUsePercent: null, sentence: account.carriesHedges ? 'Ballast does here what your hedges need and nothing else: their own limits make them smaller before margin gets thin.' : 'Ballast watches this account and does nothing with it.' };
  const decision = bounds !== null && decided?.about.kind === 'account' && decided.version === bounds.version ? decided.about.decision : null;
  const actsAt = decision !== null && 'trigger' in decision.levels ? percentText(decision.levels.trigger, 'up') : null;
  const view = (protection: VenueAccountView['protection']['state'], sentence: string): VenueAccountView['protection'] => ({ state: protection, bounds: boundsView(bounds), actsAtUsePercent: actsAt, sentence });
  if (state === 'ended' || key?.state.kind === 'refused') return view('cannot', hedgeSentence('key-refused'));
  if (decision !== null && decided !== undefined && now - decided.lastAt.getTime() > freshForMs) return view('cannot', `Nobody has looked at this account since ${moment(decided.lastAt)}.`);
  if (decision === null) return state === 'read' ? view('armed', 'It is looked at for the first time.') : view('cannot', reading.kind === 'unknown' ? 'The account was not read yet, so nobody looks after it.' : accountSentence('account-unread'));
  if (decision.kind === 'act') return view('acting', decision.candidates.find(({ verdict }) => verdict === 'chosen')?.why ?? 'Ballast acts.');
  if (decision.kind === 'hold') return view('armed', actsAt === null ? accountSentence(decision.reason) : `Ballast acts once ${actsAt}% of the margin is used. ${accountSentence(decision.reason)}`);
  const { owner } = decision;
  const deposit = owner.kind === 'deposit' ? ` Deposit ${amountWords(owner.amount, { kind: 'usd', token: owner.currency }, 'up')}.` : '';
  return view('cannot', `${accountSentence(decision.reason)}${deposit}`);
}
