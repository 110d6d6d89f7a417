import { describe, expect, it } from 'vitest';
import { WAD, hash32, rawAmount } from '@ballast/units';
import { positionId } from '@ballast/positions';
import { OWNER, USDC, WETH, aCollateralLeg, anAddress, aDebtLeg, aLendingPosition, walletFunds } from '../../../../test/factories/lending-position.js';
import { portfolio as schema } from '../contract/schemas.js';
import { portfolioView } from './portfolio-view.js';

const inEther = { kind: 'rate', underlying: 'ETH', rateE18: WAD } as const;
const inDollars = { kind: 'rate', underlying: 'USD', rateE18: WAD } as const;
const collaterals = [{ ...aCollateralLeg(), rate: inEther }];
const onAave = aLendingPosition({ collaterals, debts: [{ ...aDebtLeg(), rate: inDollars }] });
const onMorpho = aLendingPosition({
  id: positionId(31337, 'morpho-blue', OWNER, hash32(`0x${'5'.repeat(64)}`)), protocol: 'morpho-blue', collaterals: [{ ...aCollateralLeg(), rate: { ...inEther, rateE18: (WAD * 12n) / 10n } }], debts: [],
  wallet: [walletFunds(USDC, 15_000_000_000n, 4_000_000_000n)],
});

describe('portfolioView', () => {
  it('nets what is owned and owed by what it is a claim on, and counts each coin of the wallet once', () => {
    const view = schema.parse(portfolioView(OWNER, [onAave, { ...onMorpho, collaterals: onMorpho.collaterals.map((leg) => ({ ...leg, asset: { ...WETH, address: anAddress(0x57), symbol: 'wstETH' } })) }]));
    expect(view.exposures).toEqual([{ of: 'ETH', kind: 'underlying', owned: '22', owed: '0', net: expect.stringMatching(/^22(\.0+)?$/) }, { of: 'USD', kind: 'underlying', owned: '0', owed: '20000', net: expect.stringMatching(/^-20000(\.0+)?$/) }]);
    expect(view).toMatchObject({ collateralUsd: '60000.00', debtUsd: '20000.00', weakest: { positionId: onAave.id, health: '1.2450' }, withoutRate: [] });
    expect(view.rescueFunds).toEqual([{ asset: expect.objectContaining({ symbol: 'USDC' }), balance: '15000', usable: [{ positionId: onAave.id, amount: '15000' }, { positionId: onMorpho.id, amount: '4000' }] }]);
  });

  it('lets a token without a rate stand for itself and says so, and knows an account without loans', () => {
    const unknown = aLendingPosition({ collaterals: [{ ...aCollateralLeg(), rate: { kind: 'no-rate', underlying: 'ETH' } }], debts: [] });
    expect(schema.parse(portfolioView(OWNER, [unknown]))).toMatchObject({ withoutRate: ['WETH'], weakest: null, exposures: [{ of: 'WETH', kind: 'token', owned: '10' }] });
    const nothing = aLendingPosition({ collaterals: [], debts: [], wallet: [] });
    expect(portfolioView(OWNER, [nothing])).toMatchObject({ exposures: [], weakest: null, debtUsd: '0.00', rescueFunds: [] });
    expect(portfolioView(OWNER, [])).toMatchObject({ exposures: [], collateralUsd: '0.00' });
  });

  it('rounds what is owned down and what is owed up', () => {
    const third = { kind: 'rate', underlying: 'ETH', rateE18: WAD / 3n } as const;
    const position = aLendingPosition({ collaterals: [{ ...aCollateralLeg(), amount: rawAmount(1n), rate: third }], debts: [] });
    expect(portfolioView(OWNER, [position]).exposures[0]).toMatchObject({ of: 'ETH', owned: '0' });
  });
});
