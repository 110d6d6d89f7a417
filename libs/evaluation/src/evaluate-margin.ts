import { barrierProbability, hitProbability, inversePerpState, liquidationBarriers, marginState, portfolioGreeks, type MarginAccount } from '@ballast/risk';
import type { InversePerpAnswer, MarginAnswer } from './answer.js';
import { HOURS_PER_YEAR, ageSeconds, figure, figureOrNull, volatilityNotes, volatilityOf } from './inputs.js';
import type { InversePerpRequest, MarginRequest } from './request.js';
import { marginSentence } from './sentence.js';
import { shownBarrierChance } from './shown-chance.js';

const DAYS_PER_YEAR = 365;

/** The risk of a margin account. @throws InvalidInput as the risk engine does */
export function evaluateMargin(request: MarginRequest, now: Date): MarginAnswer {
  const account: MarginAccount = {
    cashUsd: request.cashUsd, accruedFundingUsd: request.accruedFundingUsd, perps: request.perps, spot: request.spot,
    options: request.options.map(({ expiresInDays, ...leg }) => ({ ...leg, years: expiresInDays / DAYS_PER_YEAR })),
  };
  const prices = Object.fromEntries(request.assets.map(({ symbol, priceUsd }) => [symbol, priceUsd]));
  const state = marginState(account, prices);
  const greeks = portfolioGreeks(account, prices);
  const volatilities = request.assets.map(volatilityOf);
  const assets = request.assets.map(({ symbol, priceUsd, drift }, index) => {
    const barriers = liquidationBarriers(account, prices, symbol);
    const volatility = volatilities[index]?.annual as number;
    const model = barriers.downUsd !== null && barriers.upUsd !== null ? 'two barriers' : 'one motion';
    const own = greeks.byAsset[symbol] ?? { deltaUnits: 0, deltaUsd: 0, gammaPerUsd: 0, gammaUsdPer1Pct: 0, vegaUsdPerVolPoint: 0 };
    return {
      symbol, priceUsd: figure(priceUsd), liquidation: { downUsd: figureOrNull(barriers.downUsd), upUsd: figureOrNull(barriers.upUsd) },
      chances: request.horizonsHours.map((hours) => {
        const years = hours / HOURS_PER_YEAR;
        return { hours, chance: shownBarrierChance(barrierProbability(priceUsd, barriers, { drift, volatility, years }), years, state.isLiquidatable ? 'edge' : model) };
      }),
      deltaUnits: figure(own.deltaUnits), deltaUsd: figure(own.deltaUsd), gammaPerUsd: figure(own.gammaPerUsd), gammaUsdPer1Pct: figure(own.gammaUsdPer1Pct), vegaUsdPerVolPoint: figure(own.vegaUsdPerVolPoint),
    };
  });
  const notes = [...volatilityNotes(volatilities), 'Each asset moves alone, the others stand still. Deltas, gammas and vegas are of all that is owned, without haircuts.'];
  if (request.options.length > 0) notes.push('Liquidation prices hold the options at today’s time to expiry and volatility.');
  return {
    kind: 'margin', sentence: marginSentence(state, assets.map((asset) => ({ ...asset, ...asset.liquidation }))),
    equityUsd: figure(state.equityUsd), marginEquityUsd: figure(state.marginEquityUsd), maintenanceMarginUsd: figure(state.maintenanceMarginUsd),
    marginRatio: figureOrNull(state.marginRatio), isLiquidatable: state.isLiquidatable, assets,
    thetaUsdPerDay: figure(greeks.thetaUsdPerDay), vegaUsdPerVolPoint: figure(greeks.vegaUsdPerVolPoint),
    pricesAgeSeconds: ageSeconds(request.pricesAt, now), volatilities: volatilities.map((one) => ({ ...one, annual: figure(one.annual) })), notes,
  };
}

/** The risk of a coin-margined perpetual. @throws InvalidInput as the risk engine does */
export function evaluateInversePerp(request: InversePerpRequest, now: Date): InversePerpAnswer {
  const state = inversePerpState(request, request.markUsd);
  const volatility = volatilityOf(request);
  const { liquidationPriceUsd: barrier } = state;
  const isDown = request.side === 'long';
  const logDrift = (request.drift - volatility.annual ** 2 / 2) * (isDown ? 1 : -1);
  const logDistance = state.isLiquidatable ? 0 : barrier === null ? Infinity : Math.log(isDown ? request.markUsd / barrier : barrier / request.markUsd);
  const asset = { symbol: request.symbol, priceUsd: request.markUsd, downUsd: isDown ? barrier : null, upUsd: isDown ? null : barrier };
  return {
    kind: 'inverse-perp', sentence: marginSentence(state, [asset]),
    equityCoin: figure(state.equityCoin), equityUsd: figure(state.equityUsd), maintenanceMarginCoin: figure(state.maintenanceMarginCoin), marginRatio: figureOrNull(state.marginRatio),
    isLiquidatable: state.isLiquidatable, liquidationPriceUsd: figureOrNull(barrier), deltaUnits: figure(state.deltaUnits), deltaCoinPerUsd: figure(state.deltaCoinPerUsd),
    chances: request.horizonsHours.map((hours) => {
      const years = hours / HOURS_PER_YEAR;
      const { probability } = hitProbability({ logDistance, drift: logDrift, volatility: volatility.annual, years });
      return { hours, chance: shownBarrierChance(probability, years, Number.isFinite(logDistance) && logDistance > 0 ? 'one motion' : 'edge') };
    }),
    pricesAgeSeconds: ageSeconds(request.pricesAt, now), volatilities: [{ ...volatility, annual: figure(volatility.annual) }], notes: volatilityNotes([volatility]),
  };
}
