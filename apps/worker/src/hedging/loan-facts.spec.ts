import { WAD, type Bps } from '@ballast/units';
import { positionId, type LendingPosition, type TokenRate } from '@ballast/positions';
import type { AssessedPosition } from '@ballast/storage';
import { describe, expect, it } from 'vitest';
import { ratio, usd } from '../../../../test/factories/derivatives.js';
import { WBTC, WETH, aCollateralLeg, aDebtLeg, aLendingPosition, aPrice, anAddress } from '../../../../test/factories/lending-position.js';
import { aRiskReport } from '../../../../test/factories/risk-report.js';
import { loanFactsOf } from './loan-facts.js';

const NOW = 1_800_000_010_000;
const SECONDS = 1_800_000_000n;
const eth = (rateE18: bigint = WAD): TokenRate => ({ kind: 'rate', underlying: 'ETH', rateE18 });
const dollars: TokenRate = { kind: 'rate', underlying: 'USD', rateE18: WAD };

function assessed(change: Partial<LendingPosition> = {}, account = anAddress(0xaa), observedAt = NOW - 1_000): AssessedPosition {
  const made = aLendingPosition({ account, id: positionId(31_337, 'aave-v3', account), collaterals: [aCollateralLeg({ rate: eth() })], debts: [aDebtLeg({ rate: dollars })], ...change });
  const position = { ...made, provenance: { ...made.provenance, observedAt } };
  return { position, report: aRiskReport({ position }) };
}
const inBitcoin = (observedAt?: number): AssessedPosition => assessed({ collaterals: [aCollateralLeg({ asset: WBTC, amount: 10n ** 8n, price: aPrice(6_000_000_000_000n), rate: { kind: 'rate', underlying: 'BTC', rateE18: WAD } })], reported: { ...aLendingPosition().reported, health: { kind: 'ratio', wad: ratio(1.01) } } }, anAddress(0xbb), observedAt);

describe('what loans say about an underlying', () => {
  it('health and corridor are of those that it is a part of; every loan counts in the exposure', () => {
    const facts = loanFactsOf([assessed(), inBitcoin()], 'ETH', NOW);
    expect(facts.loans.map(({ loan }) => loan.kind)).toEqual(['known', 'known']);
    expect(facts.books).toHaveLength(1);
    expect(facts.health).toEqual(assessed().position.reported.health);
    expect(loanFactsOf([inBitcoin()], 'ETH', NOW)).toMatchObject({ health: { kind: 'no-debt' }, oracle: { kind: 'no-price' }, hourlyVolatility: null });
  });

  it('a loan that was not read lately is stale, and its health is not known; another coin’s says nothing of it', () => {
    const old = NOW - 121_000;
    expect(loanFactsOf([assessed({}, anAddress(0xaa), old)], 'ETH', NOW)).toMatchObject({ health: { kind: 'unknown' }, loans: [{ loan: { kind: 'stale' } }] });
    expect(loanFactsOf([assessed(), inBitcoin(old)], 'ETH', NOW).health.kind).toBe('ratio');
  });

  it('the oracle’s price is of one coin: of a token that is one, or through a wrapper’s rate; how old it is is counted by the chain’s clock, whatever ours says', () => {
    const atBlock = (change: Partial<LendingPosition>, blockTimestamp: bigint): AssessedPosition => {
      const { position, report } = assessed(change);
      return { position: { ...position, provenance: { ...position.provenance, blockTimestamp } }, report };
    };
    const plain = { collaterals: [aCollateralLeg({ rate: eth(), price: aPrice(300_000_000_000n, 1_991n) })] };
    expect(loanFactsOf([atBlock(plain, 2_000n)], 'ETH', NOW).oracle).toEqual({ kind: 'price', usdE8: usd(3_000), at: NOW - 1_000 - 9_000 });
    expect(loanFactsOf([atBlock(plain, 1_990n)], 'ETH', NOW).oracle).toMatchObject({ at: NOW - 1_000 });
    const wrapped = aCollateralLeg({ asset: { ...WETH, symbol: 'wstETH', address: anAddress(0x77) }, rate: eth((WAD * 12n) / 10n), price: aPrice(360_000_000_000n, SECONDS + 600n) });
    expect(loanFactsOf([assessed({ collaterals: [wrapped] })], 'ETH', NOW).oracle).toEqual({ kind: 'price', usdE8: usd(3_000), at: NOW - 1_000 });
    // The plain one is taken though it is older.
    expect(loanFactsOf([assessed({ collaterals: [wrapped, aCollateralLeg({ rate: eth(), price: aPrice(299_900_000_000n), liquidationThreshold: 1n as Bps })] })], 'ETH', NOW).oracle).toMatchObject({ usdE8: usd(2_999) });
  });
});
