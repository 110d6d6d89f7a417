import type { z } from 'zod';
import { exactDecimalText, decimalText, formatChance } from '@ballast/units';
import type { CollateralLeg, DebtLeg, LendingPosition, OraclePrice } from '@ballast/positions';
import type { RiskReport } from '@ballast/risk';
import type * as contract from '../contract/schemas.js';
import { pairName, positionSentence } from './position-sentence.js';
import { amountText, assetView, chainTime, healthText, movesDown, priceText, ratioOf, shownAddress, usdDown, usdUp } from './text.js';

export type PositionView = z.infer<typeof contract.position>;
export type ProtectionView = z.infer<typeof contract.protection>;
type LegView = z.infer<typeof contract.leg>;

function priced(price: OraclePrice): Pick<LegView, 'priceUsd' | 'priceUpdatedAt'> {
  if (price.kind === 'no-price') return { priceUsd: null, priceUpdatedAt: null };
  return { priceUsd: priceText(price.usdE8), priceUpdatedAt: price.updatedAt === null ? null : chainTime(price.updatedAt) };
}

function marketOf(leg: CollateralLeg | DebtLeg, { market }: RiskReport): LegView['market'] {
  const fact = market?.find(({ asset }) => asset.address === leg.asset.address);
  if (fact === undefined) return null;
  return { state: fact.kind, priceUsd: fact.marketUsdE8 === null ? null : priceText(fact.marketUsdE8), gapPercent: fact.gapBps === null ? null : exactDecimalText(fact.gapBps, 2), protocolIs: fact.protocolIs };
}

const collateralView = (leg: CollateralLeg, report: RiskReport): LegView => ({
  asset: assetView(leg.asset), amount: amountText(leg.amount, leg.asset), valueUsd: usdDown(leg.valueUsdE8), ...priced(leg.price), market: marketOf(leg, report),
  liquidationThresholdPercent: exactDecimalText(leg.liquidationThreshold, 2), enabledAsCollateral: leg.enabled,
});
const debtView = (leg: DebtLeg, report: RiskReport): LegView => ({
  asset: assetView(leg.asset), amount: amountText(leg.amount, leg.asset), valueUsd: usdUp(leg.valueUsdE8), ...priced(leg.price), market: marketOf(leg, report),
  liquidationThresholdPercent: null, enabledAsCollateral: null,
});

function volatilityView({ volatility }: RiskReport): PositionView['volatility'] {
  const annualPercent = Math.ceil(volatility.annual * 1000) / 10;
  return volatility.kind === 'measured'
    ? { kind: 'measured', annualPercent, samples: volatility.samples, ageSeconds: volatility.ageSeconds }
    : { kind: 'assumed', annualPercent, samples: 0, ageSeconds: null };
}

/** One position as the API shows it: distances round down, chances, debts and losses up, a liquidation price towards today's. */
export function positionView(position: LendingPosition, report: RiskReport, protection: ProtectionView, chainName: string): PositionView {
  const { provenance } = position;
  const { distance, liquidationPrice } = report;
  return {
    id: position.id, chainId: provenance.chainId, chainName, protocol: position.protocol, market: shownAddress(position.market), marketId: position.marketId ?? null, account: shownAddress(position.account),
    pair: pairName(position),
    blockNumber: provenance.blockNumber.toString(), blockHash: provenance.blockHash, blockTime: chainTime(provenance.blockTimestamp), observedAt: new Date(provenance.observedAt).toISOString(),
    health: healthText(ratioOf(report.health)),
    collateralUsd: usdDown(report.collateralUsdE8), debtUsd: usdUp(report.debtUsdE8),
    distancePercent: distance.kind === 'none' ? null : decimalText(distance.share, 2, 1, 'down'),
    distanceDirection: distance.kind === 'none' ? null : distance.kind,
    dailyMoves: distance.kind === 'none' ? null : movesDown(distance.dailyMoves),
    liquidationPriceUsd: liquidationPrice.kind === 'none' ? null : decimalText(liquidationPrice.usdE8, 8, 2, distance.kind === 'rise' ? 'down' : 'up'),
    liquidationAsset: liquidationPrice.kind === 'none' ? null : liquidationPrice.asset.symbol,
    chances: report.chances.map((chance) => ({ horizonHours: chance.horizonHours, probability: chance.kind === 'probability' ? chance.value : null, shown: formatChance(chance) })),
    lossIfLiquidatedUsd: usdUp(report.lossIfLiquidatedUsdE8),
    volatility: volatilityView(report), model: report.model, oldestPriceAgeSeconds: report.oldestPriceAgeSeconds,
    state: report.state, sentence: positionSentence(report, position.protocol),
    collaterals: position.collaterals.map((leg) => collateralView(leg, report)), debts: position.debts.map((leg) => debtView(leg, report)),
    wallet: position.wallet.map(({ asset, balance, allowance }) => ({ asset: assetView(asset), balance: amountText(balance, asset), allowance: amountText(allowance, asset) })),
    eMode: position.eMode.kind === 'none' ? null : position.eMode.label,
    protection,
  };
}
