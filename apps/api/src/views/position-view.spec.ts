import { describe, expect, it } from 'vitest';
import { bps, usdE8 } from '@ballast/units';
import { USDC, WETH, aCollateralLeg, aDebtLeg, aLendingPosition, aPrice, noPrice, withEthAt } from '../../../../test/factories/lending-position.js';
import { aRiskReport } from '../../../../test/factories/risk-report.js';
import { position as schema } from '../contract/schemas.js';
import { pairName, positionSentence } from './position-sentence.js';
import { positionView, type ProtectionView } from './position-view.js';

const none: ProtectionView = { state: 'none', reason: null, sentence: 'No rule.', warning: null, since: null, mandateHash: null, actsAtHealth: null, actsAtPriceUsd: null, targetHealth: null };
const viewOf = (position = aLendingPosition()) => schema.parse(positionView(position, aRiskReport({ position }), none, 'Local chain'));

describe('positionView', () => {
  it('shows the loan of the story with every number rounded towards danger', () => {
    const view = viewOf();
    expect(view).toMatchObject({
      pair: 'WETH → USDC', health: '1.2450', collateralUsd: '30000.00', debtUsd: '20000.00', distancePercent: '19.6', distanceDirection: 'fall',
      liquidationPriceUsd: '2409.64', liquidationAsset: 'WETH', lossIfLiquidatedUsd: '500.00', state: 'safe', eMode: null,
      sentence: 'ETH must fall 19.6%, to $2,410, before Aave may liquidate you.',
    });
    expect(view.chances.map(({ horizonHours }) => horizonHours)).toEqual([24, 168, 720]);
    expect(view.chances[0]?.shown).toMatch(/^<?\d/);
    expect(view.collaterals[0]).toMatchObject({ amount: '10', valueUsd: '30000.00', priceUsd: '3000', liquidationThresholdPercent: '83', enabledAsCollateral: true });
    expect(view.wallet[0]).toMatchObject({ balance: '15000', allowance: '15000' });
  });

  it('keeps every unit of an amount', () => {
    const view = viewOf(aLendingPosition({ debts: [aDebtLeg({ amount: 20_000_000_001n })] }));
    expect(view.debts[0]?.amount).toBe('20000.000001');
    expect(view.debtUsd).toBe('20000.01');
  });

  it('says nothing where nothing is known', () => {
    const view = viewOf(aLendingPosition({ collaterals: [aCollateralLeg({ price: noPrice })] }));
    expect(view.collaterals[0]).toMatchObject({ priceUsd: null, priceUpdatedAt: null });
  });

  it('shows a position without debt as such', () => {
    expect(viewOf(aLendingPosition({ debts: [] }))).toMatchObject({ health: null, state: 'no-debt', distancePercent: null, distanceDirection: null, dailyMoves: null, liquidationPriceUsd: null, sentence: 'No debt, so nothing to liquidate.', pair: 'WETH' });
  });
});

describe('positionSentence', () => {
  it('says that the time has come below health 1', () => {
    const position = withEthAt(240_000_000_000n);
    expect(positionSentence(aRiskReport({ position }))).toBe('Aave may liquidate this loan now: its health is 0.99, under 1.');
  });

  it('rounds the price of a short down and lets it rise', () => {
    const report = aRiskReport();
    expect(positionSentence({ ...report, distance: { kind: 'rise', share: bps(2796n), dailyMoves: 7.2 }, liquidationPrice: { kind: 'price', asset: WETH, usdE8: usdE8(398_151_000_000n) } })).toBe(
      'ETH must rise 27.9%, to $3,981, before Aave may liquidate you.',
    );
  });

  it('names the health where no single price decides', () => {
    const report = aRiskReport();
    expect(positionSentence({ ...report, distance: { kind: 'none' }, liquidationPrice: { kind: 'none', why: 'two risky assets' } })).toBe('Aave may liquidate this loan once its health, 1.24 now, is under 1.');
  });
});

describe('pairName', () => {
  it('puts the largest first and leaves out what does not secure the loan', () => {
    const position = aLendingPosition({
      collaterals: [aCollateralLeg({ asset: USDC, price: aPrice(100_000_000n), amount: 10n ** 6n }), aCollateralLeg(), aCollateralLeg({ enabled: false })],
    });
    expect(pairName(position)).toBe('WETH + USDC → USDC');
  });
});
