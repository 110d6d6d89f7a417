import { instrumentId, known, maintenanceMarginUp, unknown, venuePositionId, type DerivativeAccount, type Perpetual, type PerpetualPosition, type VenueAccountId, type VenueOrder, type VenuePlace } from '@ballast/positions';
import { WAD, magnitude, type ContractsE18, type SettlementE18, type Wad } from '@ballast/units';
import type { z } from 'zod';
import { estimatedAdl } from '../accounts.js';
import { contracts, settlementDown, settlementUp, usdNearest } from '../wire/wire-numbers.js';
import type { CONTEXT, STATE } from './hyperliquid-schemas.js';
import { fundingOf } from './hyperliquid-values.js';

type Context = z.output<typeof CONTEXT>;
type State = z.output<typeof STATE>;

/** All that was read of the account at one moment. */
export interface HyperliquidReading {
  readonly state: State;
  /** By coin. */
  readonly contexts: ReadonlyMap<string, Context>;
  readonly perpetuals: ReadonlyMap<string, Perpetual>;
  readonly openOrders: readonly VenueOrder[];
  /** How balances are held, in the venue's word. */
  readonly abstraction: string;
}

/**
 * What shares the cross margin: equity and margins are those of the cross account, and an isolated position has its own beside them. The venue tells neither mark
 * nor maintenance margin of a position: both are put together from the market and the margin table.
 */
export function accountOf(place: VenuePlace, id: VenueAccountId, reading: HyperliquidReading, now: number): DerivativeAccount {
  const { state, abstraction } = reading;
  const cross = state.crossMarginSummary;
  const positions = state.assetPositions.filter(({ position }) => contracts(position.szi) !== 0n);
  const equity = settlementDown(cross.accountValue);
  const together = /portfolio|unified/i.test(abstraction);
  const isolated = positions.length > 0 && positions.every(({ position }) => position.leverage.type === 'isolated');
  return {
    ...place, id, settlement: { kind: 'usd', token: 'USDC' }, equity, free: settlementDown(state.withdrawable), openOrders: reading.openOrders,
    provenance: { observedAt: now, venueTime: known(state.time, now), source: 'Hyperliquid REST' },
    marginMode: together ? 'portfolio' : isolated ? 'isolated' : 'cross',
    positionMode: known(positions.every(({ type }) => type === 'oneWay') ? 'one-way' : 'hedge', now),
    maintenanceMargin: state.crossMaintenanceMarginUsed === null ? unknown('not told') : known(settlementUp(state.crossMaintenanceMarginUsed), now),
    initialMargin: known(settlementUp(cross.totalMarginUsed), now),
    positions: positions.map(({ position }) => positionOf(place, id, position, reading, equity, now)),
  };
}

function positionOf(place: VenuePlace, id: VenueAccountId, wire: State['assetPositions'][number]['position'], { contexts, perpetuals }: HyperliquidReading, equity: SettlementE18, now: number): PerpetualPosition {
  const instrument = instrumentId(place, wire.coin);
  const context = contexts.get(wire.coin);
  const size = contracts(wire.szi);
  const unrealised = settlementDown(wire.unrealizedPnl);
  const missing = unknown('the market was not told');
  const margin = settlementDown(wire.marginUsed);
  const isolated = wire.leverage.type === 'isolated';
  return {
    kind: 'perpetual', id: venuePositionId(id, instrument), instrument, contracts: size,
    entryUsdE8: wire.entryPx === null ? unknown('not told') : known(usdNearest(wire.entryPx), now),
    markUsdE8: context === undefined ? missing : known(usdNearest(context.markPx), now),
    indexUsdE8: context === undefined ? missing : known(usdNearest(context.oraclePx), now),
    liquidation: wire.liquidationPx === null ? { kind: 'none' } : { kind: 'price', usdE8: usdNearest(wire.liquidationPx) },
    margin: isolated ? { kind: 'isolated', margin, maintenance: maintenanceOf(size, perpetuals.get(wire.coin), context, now) } : { kind: 'cross' },
    leverage: known((BigInt(wire.leverage.value) * WAD) as Wad, now),
    unrealised: known(unrealised, now),
    funding: context === undefined ? missing : known(fundingOf(context), now),
    adl: estimatedAdl(unrealised, settlementUp(wire.positionValue), isolated ? margin : equity),
  };
}

function maintenanceOf(size: ContractsE18, perpetual: Perpetual | undefined, context: Context | undefined, now: number) {
  if (perpetual === undefined || context === undefined) return unknown('the margin table was not told');
  const found = maintenanceMarginUp(magnitude(size) as ContractsE18, perpetual, usdNearest(context.markPx));
  return found.kind === 'unknown' ? found : known(found.amount, now);
}
