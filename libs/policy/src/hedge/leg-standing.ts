import { WAD, magnitude, mulDivCeil, mulDivDown, mulDivFloor, mulDivUp, type CoinE18, type ContractsE18, type SettlementE18, type UsdE8 } from '@ballast/units';
import { coinEquity, coinsCeil, coinsFloor, maintenanceMarginUp, marginUse, notionalUp, perpetualIn, type DerivativeAccount, type MarginUse, type PerpetualPosition } from '@ballast/positions';
import { between, type DeltaInterval, type VenueBook } from '@ballast/risk';
import { referencePrice, type ReferencePrice, type SourcePrice } from './reference-price.js';
import type { HedgeLeg } from './hedge-input.js';
import type { HedgePolicy } from './hedge-policy.js';
import { rungOf, type LadderRung } from './margin-ladder.js';

/** A leg whose account was read, with what follows from it. */
export interface LegStanding {
  readonly leg: HedgeLeg;
  readonly account: DerivativeAccount;
  readonly contracts: ContractsE18;
  readonly reference: ReferencePrice;
  /** The reference, or where that is refused its fallback; `none` where nothing tells a price. */
  readonly price: { readonly kind: 'price'; readonly usdE8: UsdE8 } | { readonly kind: 'none' };
  /** What the leg does to the exposure, in its coins. */
  readonly held: DeltaInterval;
  readonly notionalUsdE8: UsdE8;
  readonly use: MarginUse;
  readonly rung: LadderRung;
  readonly margin: { readonly equity: SettlementE18; readonly maintenance: SettlementE18; readonly own: SettlementE18 };
  /** Equity that a larger position could lean on: the account's without what options in it are worth, or of isolated margin what the position has and what is free. */
  readonly room: SettlementE18;
  /** Something else in the account shares its margin. */
  readonly isShared: boolean;
}

/** The leg as it stands; `unread` where its account is not known. A stale one counts with what it last held: it may shrink, and does not grow. */
export function legStandingOf(leg: HedgeLeg, oracle: SourcePrice, policy: HedgePolicy, now: number): LegStanding | { readonly kind: 'unread'; readonly leg: HedgeLeg; readonly why: string } {
  if (leg.account.kind === 'unknown') return { kind: 'unread', leg, why: leg.account.why };
  const account = leg.account.value;
  const position = perpetualIn(account, leg.instrument.id);
  const none: SourcePrice = { kind: 'no-price' };
  const market = leg.market.kind === 'unknown' ? { markUsdE8: none, indexUsdE8: none } : leg.market.value;
  const reference = referencePrice({ mark: market.markUsdE8, index: market.indexUsdE8, oracle }, now, policy);
  const price = reference.kind === 'agreed' ? ({ kind: 'price', usdE8: reference.usdE8 } as const) : reference.fallback;
  const contracts = position?.contracts ?? (0n as ContractsE18);
  const mark = position?.markUsdE8.kind === 'known' || position?.markUsdE8.kind === 'stale' ? position.markUsdE8.value : null;
  // Equity was worked out at the account's own mark: the two go together, and their sum does not move with the price.
  const at = mark !== null && mark > 0n ? mark : price.kind === 'price' ? price.usdE8 : null;
  const margin = marginOf(account, position, leg, at);
  const use: MarginUse = margin.kind === 'unknown' ? margin : marginUse(margin.maintenance, margin.equity);
  return {
    leg, account, contracts, reference, price, use: contracts === 0n && use.kind === 'unknown' ? { kind: 'none' } : use, rung: rungOf(contracts === 0n && use.kind === 'unknown' ? { kind: 'none' } : use, policy.ladder),
    held: heldBy(account, contracts, leg, at), notionalUsdE8: contracts === 0n || at === null ? (0n as UsdE8) : notionalUp(contracts, leg.instrument, at),
    margin: margin.kind === 'unknown' ? { equity: account.equity, maintenance: 0n as SettlementE18, own: 0n as SettlementE18 } : margin,
    room: (account.marginMode === 'isolated' ? (position?.margin.kind === 'isolated' ? position.margin.margin : 0n) + account.free : account.equity - optionsWorth(account)) as SettlementE18,
    isShared: account.positions.some((one) => one !== position && one.contracts !== 0n),
  };
}

/** What the leg does to the exposure once nothing is held there any more: the account's own coins stay. */
export const heldOnceClosed = ({ account, leg }: LegStanding): DeltaInterval => heldBy(account, 0n as ContractsE18, leg, null);
/** What options that are held are worth at their marks, rounded up: it is in the equity and backs nothing. All of it where a mark is not told. */
function optionsWorth({ positions, settlement, equity }: DerivativeAccount): bigint {
  return positions.reduce((sum, one) => {
    if (one.kind !== 'option' || one.contracts <= 0n) return sum;
    if (one.mark.kind === 'unknown') return sum + magnitude(equity);
    const { value: mark } = one.mark;
    if (settlement.kind === 'coin') return sum + (mark.unit === 'coin' ? mulDivUp(one.contracts, mark.coinE18, WAD) : magnitude(equity));
    return sum + (mark.unit === 'usd' ? mulDivUp(one.contracts, mark.usdE8 * 10_000_000_000n, WAD) : magnitude(equity));
  }, 0n);
}

function heldBy(account: DerivativeAccount, contracts: ContractsE18, leg: HedgeLeg, at: UsdE8 | null): DeltaInterval {
  const equity = account.settlement.kind === 'coin' && account.settlement.underlying === leg.instrument.underlying ? coinEquity(account) : (0n as CoinE18);
  if (contracts !== 0n && at === null && leg.instrument.contract.kind === 'inverse') return { kind: 'unbounded', why: `The mark of ${leg.instrument.id} is not known.` };
  const [lo, hi] = contracts === 0n ? [0n, 0n] : [coinsFloor(contracts, leg.instrument, at ?? (1n as UsdE8)), coinsCeil(contracts, leg.instrument, at ?? (1n as UsdE8))];
  return between(mulDivFloor(equity + lo, WAD, leg.hedgeRatio), mulDivCeil(equity + hi, WAD, leg.hedgeRatio));
}

type Margin = { readonly kind: 'margin'; readonly equity: SettlementE18; readonly maintenance: SettlementE18; readonly own: SettlementE18 } | { readonly kind: 'unknown'; readonly why: string };

function marginOf(account: DerivativeAccount, position: PerpetualPosition | undefined, { instrument }: HedgeLeg, at: UsdE8 | null): Margin {
  const computed = position === undefined || position.contracts === 0n ? ({ kind: 'margin', amount: 0n as SettlementE18 } as const) : at === null ? ({ kind: 'unknown', why: 'no price' } as const) : maintenanceMarginUp(position.contracts, instrument, at);
  const isolated = position?.margin.kind === 'isolated' ? position.margin : null;
  const told = isolated === null ? account.maintenanceMargin : isolated.maintenance;
  const own = computed.kind === 'margin' ? computed.amount : null;
  const maintenance = told.kind === 'unknown' ? own : own !== null && own > told.value && isolated !== null ? own : told.value;
  if (maintenance === null) return { kind: 'unknown', why: 'Neither the venue nor its table tells the maintenance margin.' };
  return { kind: 'margin', equity: isolated?.margin ?? account.equity, maintenance, own: own ?? maintenance };
}

/** The leg in the joint grid, with so many contracts more; at `otherwise` where nothing tells its own price. Isolated margin grows by the notional over the leverage that is set, and no further than what is free. */
export function venueBook(standing: LegStanding, more: ContractsE18, otherwise: UsdE8): VenueBook {
  const { leg, account, contracts, price, margin, room } = standing;
  const other = margin.maintenance - margin.own;
  const at = price.kind === 'price' ? price.usdE8 : otherwise;
  return {
    id: account.id, instrument: leg.instrument, contracts: (contracts + more) as ContractsE18, equity: account.marginMode === 'isolated' && more !== 0n ? isolatedEquity(standing, more, at) : contracts === 0n && more !== 0n ? room : margin.equity,
    otherMaintenance: (other > 0n ? other : 0n) as SettlementE18, markUsdE8: at,
  };
}

function isolatedEquity({ leg, contracts, margin, room }: LegStanding, more: ContractsE18, at: UsdE8): SettlementE18 {
  const has = contracts === 0n ? 0n : margin.equity;
  if (leg.leverage.kind !== 'read-back' || leg.leverage.wad <= 0n) return has as SettlementE18;
  const added = usdInSettlementDown(mulDivDown(notionalUp(more, leg.instrument, at), WAD, leg.leverage.wad), leg.instrument, at);
  return (has + added < room ? has + added : room) as SettlementE18;
}

const usdInSettlementDown = (usdE8: bigint, { settlement }: HedgeLeg['instrument'], at: UsdE8): bigint => (settlement.kind === 'usd' ? usdE8 * 10_000_000_000n : mulDivDown(usdE8, WAD, at));
