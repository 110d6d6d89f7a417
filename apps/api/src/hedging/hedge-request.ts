import type { z } from 'zod';
import { BPS, InvalidInput, WAD, bps, parseDecimal, usdE8, wad, type Bps, type UsdE8, type Wad } from '@ballast/units';
import { instrumentId, partsOfVenueAccount, type Instrument, type Underlying, type VenueAccountId } from '@ballast/positions';
import { DEFAULT_ACCOUNT_BOUNDS, DEFAULT_HEDGE_RULES, isKeyOf, type AccountBounds, type HedgeMode, type VenueOwner } from '@ballast/policy';
import type { HedgeWish, StoredVenueAccount, StoredVenueKey } from '@ballast/storage';
import type * as contract from '../contract/hedging-schemas.js';
import { HedgeRefused } from '../problems/api-errors.js';

type HedgeRequest = z.infer<typeof contract.hedgeRequest>;
type BoundsRequest = z.infer<typeof contract.accountBounds>;

/** What of the owner's the request may speak of. */
export interface HedgeGround {
  readonly keys: readonly StoredVenueKey[];
  readonly accounts: readonly StoredVenueAccount[];
  readonly instruments: readonly Instrument[];
}

const MOST_LEVERAGE = 5n * WAD;
/** More than any venue holds: what is larger was mistyped. */
const MOST_USD = 1_000_000_000_000n;

/** The plan that a request asks for. @throws HedgeRefused where a bound does not hold or an account cannot carry it */
export function hedgeWish(owner: VenueOwner, underlying: Underlying, request: HedgeRequest, ground: HedgeGround): HedgeWish {
  const apart = leastApart([...request.legs.map(({ account }) => account), ...(request.putsIn === undefined ? [] : [request.putsIn])].map((id) => carrierOf(id as VenueAccountId, request.environment, ground)));
  const policy = {
    ...DEFAULT_HEDGE_RULES, slippage: lesser(DEFAULT_HEDGE_RULES.slippage, apart), unwindSlippage: lesser(DEFAULT_HEDGE_RULES.unwindSlippage, apart), underlying, mode: modeOf(request.mode), maxNotionalUsdE8: dollars('maxNotionalUsd', request.maxNotionalUsd), fundingBudgetUsdE8: dollars('fundingBudgetUsd', request.fundingBudgetUsd),
    ...(request.maxLeverage === undefined ? {} : { maxLeverage: between('maxLeverage', ratio('maxLeverage', request.maxLeverage), WAD / 10n, MOST_LEVERAGE, WAD) as Wad }),
    ...(request.survivePercent === undefined ? {} : { survive: share('survivePercent', request.survivePercent, 500n, 20_000n) }),
    ...(request.minIntervalSeconds === undefined ? {} : { minIntervalMs: request.minIntervalSeconds * 1_000 }),
    ...(request.slippagePercent === undefined ? {} : { slippage: withinKeys(share('slippagePercent', request.slippagePercent, 1n, 300n), request.slippagePercent, apart) }),
  };
  const legs = request.legs.map(({ account, instrument, maxNotionalUsd }) => {
    const id = account as VenueAccountId;
    const place = partsOfVenueAccount(id);
    const key = carrierOf(id, request.environment, ground);
    const named = instrumentId(place, instrument);
    if (!key.limits.instruments.includes(named)) throw new HedgeRefused('instrument', instrument, `one of the instruments that the key ${key.label} was sealed for`);
    const listed = ground.instruments.find((one) => one.id === named);
    if (listed === undefined || listed.kind !== 'perpetual' || listed.underlying !== underlying) throw new HedgeRefused('instrument', instrument, `a perpetual of ${underlying} that the venue lists`);
    const most = dollars('maxNotionalUsd', maxNotionalUsd);
    if (most > key.limits.maxNotionalUsdE8) throw new HedgeRefused('maxNotionalUsd', maxNotionalUsd, `at most what the key ${key.label} was sealed for`);
    return { account: id, instrument: named, maxNotionalUsdE8: most };
  });
  if (new Set(legs.map(({ account, instrument }) => `${account} ${instrument}`)).size < legs.length) throw new HedgeRefused('legs', 'an account and instrument twice', 'each once');
  if (policy.mode.kind === 'tail' && request.putsIn === undefined) throw new HedgeRefused('putsIn', 'nothing', 'the account in which puts are bought: the mode tail has nothing else');
  if (request.putsIn !== undefined) carrierOf(request.putsIn as VenueAccountId, request.environment, ground);
  return { ...owner, environment: request.environment, policy, legs, puts: request.putsIn === undefined ? { kind: 'none' } : { kind: 'account', account: request.putsIn as VenueAccountId } };
}

/** Nearest to the mark that one of the keys was sealed for: an order beyond it never leaves, not even one that closes a hedge. */
const leastApart = (keys: readonly StoredVenueKey[]): Bps => keys.reduce((least, { limits }) => lesser(least, limits.maxPriceApart), BPS as Bps);
const lesser = (one: Bps, other: Bps): Bps => (one < other ? one : other);

/** @throws HedgeRefused where the key that is to be traded with lets nothing out at such a price */
function withinKeys(slippage: Bps, given: string, apart: Bps): Bps {
  if (slippage > apart) throw new HedgeRefused('slippagePercent', given, `at most ${plain(apart, 100n)}, for which the key was sealed`);
  return slippage;
}

/** The bounds that a request asks for an account of this key; what it does not speak of is as Ballast has it. @throws HedgeRefused */
export function boundsWish(request: BoundsRequest, { limits }: Pick<StoredVenueKey, 'limits'>): Omit<AccountBounds, 'version'> {
  const { version: _version, ...defaults } = DEFAULT_ACCOUNT_BOUNDS;
  const [earliest, latest] = [percent('earliestUsePercent', request.earliestUsePercent, 5n, 90n), percent('latestUsePercent', request.latestUsePercent, 10n, 95n)];
  if (earliest > latest) throw new HedgeRefused('earliestUsePercent', request.earliestUsePercent, `at most latestUsePercent, ${request.latestUsePercent}`);
  if (!request.mayAddMargin && !request.mayClose) throw new HedgeRefused('mayClose', 'false beside mayAddMargin false', 'one of the two: else there is nothing that Ballast may do');
  return {
    ...defaults, earliest, latest, mayAddMargin: request.mayAddMargin, mayClose: request.mayClose, mostClosed: share('mostClosedPercent', request.mostClosedPercent, 1n, 10_000n), slippage: withinKeys(share('slippagePercent', request.slippagePercent, 1n, 1_000n), request.slippagePercent, limits.maxPriceApart),
  };
}

/** The key of an account that may be traded with. @throws HedgeRefused */
export function carrierOf(id: VenueAccountId, environment: string, { keys, accounts }: HedgeGround): StoredVenueKey {
  const account = accounts.find((one) => one.id === id);
  const key = account === undefined ? undefined : keys.find((one) => isKeyOf(one, account));
  if (account === undefined || key === undefined) throw new HedgeRefused('account', id, 'one of your connected accounts');
  if (key.environment !== environment) throw new HedgeRefused('account', id, `one of ${environment}`);
  if (key.state.kind !== 'connected') throw new HedgeRefused('account', id, `one whose key is connected; this one is ${key.state.kind}`);
  if (key.acceptedAt === null) throw new HedgeRefused('account', id, 'one for which you accepted what a stolen server could lose');
  return key;
}

function modeOf(mode: HedgeRequest['mode']): HedgeMode {
  switch (mode.kind) {
    case 'none': case 'tail': return mode;
    case 'full': return { kind: 'full', share: share('sharePercent', mode.sharePercent, 1n, 10_000n) };
    case 'above-hf': {
      const [below, fullAt] = [ratio('belowHealth', mode.belowHealth), ratio('fullAtHealth', mode.fullAtHealth)];
      if (fullAt <= WAD) throw new HedgeRefused('fullAtHealth', mode.fullAtHealth, 'more than 1: at 1 the loan is liquidated');
      if (below <= fullAt) throw new HedgeRefused('belowHealth', mode.belowHealth, `more than fullAtHealth, ${mode.fullAtHealth}`);
      return { kind: 'above-hf', share: share('sharePercent', mode.sharePercent, 1n, 10_000n), below, fullAt };
    }
  }
}

/** Dollars above zero, exact. @throws HedgeRefused */
export function dollars(field: string, text: string): UsdE8 {
  const found = read(field, text, 8);
  if (found <= 0n || found > MOST_USD * 100_000_000n) throw new HedgeRefused(field, text, `dollars above 0, at most ${MOST_USD}`);
  return usdE8(found);
}

function ratio(field: string, text: string): Wad {
  const found = read(field, text, 18);
  if (found <= 0n) throw new HedgeRefused(field, text, 'a number above 0');
  return wad(found);
}

/** Percent as hundredths of a percent, within bounds in hundredths of a percent. @throws HedgeRefused */
export function share(field: string, text: string, least: bigint, most: bigint): Bps {
  return bps(between(field, read(field, text, 2), least, most, 100n));
}

/** Percent as a share scaled by 1e18, within whole percents. */
const percent = (field: string, text: string, least: bigint, most: bigint): Wad => wad(between(field, read(field, text, 16), least * 10n ** 16n, most * 10n ** 16n, 10n ** 16n));

function between(field: string, value: bigint, least: bigint, most: bigint, unit: bigint = WAD): bigint {
  if (value < least || value > most) throw new HedgeRefused(field, plain(value, unit), `from ${plain(least, unit)} to ${plain(most, unit)}`);
  return value;
}

const plain = (value: bigint, unit: bigint): string => String(Number(value) / Number(unit));

function read(field: string, text: string, decimals: number): bigint {
  try {
    return parseDecimal(text, decimals);
  } catch (error) {
    if (error instanceof InvalidInput) throw new HedgeRefused(field, text, error.expected);
    throw error;
  }
}
