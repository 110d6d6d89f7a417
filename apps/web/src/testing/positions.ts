import type { Decision, Position, Protection } from '../api/types.js';

const HASH = `0x${'ab'.repeat(32)}`;
export const WETH = { address: `0x${'1a'.repeat(20)}`, symbol: 'WETH', decimals: 18 };
export const USDC = { address: `0x${'2b'.repeat(20)}`, symbol: 'USDC', decimals: 6 };

export const aProtection = (overrides: Partial<Protection> = {}): Protection => ({
  state: 'none', reason: null, sentence: 'No rule.', warning: null, since: null, mandateHash: null, actsAtHealth: null, actsAtPriceUsd: null, targetHealth: null, ...overrides,
});

/** 42 WETH at 3,120 USD against 87,712 USDC: health 1.24, liquidated at 2,516.13. */
export const aPosition = (overrides: Partial<Position> = {}): Position => ({
  id: 'position', chainId: 1, chainName: 'Ethereum', protocol: 'aave-v3', market: WETH.address, marketId: null, account: `0x${'7a'.repeat(20)}`, pair: 'WETH → USDC',
  blockNumber: '25143207', blockHash: HASH, blockTime: '2026-11-22T06:12:00Z', observedAt: '2026-11-22T06:12:02Z',
  health: '1.2400', collateralUsd: '131040.00', debtUsd: '87712.00', distancePercent: '19.3', distanceDirection: 'fall', dailyMoves: 6.3, liquidationPriceUsd: '2516.13', liquidationAsset: 'WETH',
  chances: [{ horizonHours: 24, probability: null, shown: '<1%' }], lossIfLiquidatedUsd: '2193',
  volatility: { kind: 'measured', annualPercent: 65, samples: 100, ageSeconds: 4 }, model: 'Random walk', oldestPriceAgeSeconds: 11, state: 'watch',
  sentence: 'ETH must fall 19.3%, to $2,517, before Aave may liquidate you.',
  collaterals: [{ asset: WETH, amount: '42', valueUsd: '131040.00', priceUsd: '3120', market: null, priceUpdatedAt: null, liquidationThresholdPercent: '83', enabledAsCollateral: true }],
  debts: [{ asset: USDC, amount: '87712', valueUsd: '87712.00', priceUsd: '1', market: null, priceUpdatedAt: null, liquidationThresholdPercent: null, enabledAsCollateral: null }],
  wallet: [{ asset: USDC, balance: '15530', allowance: '15000' }], eMode: null, protection: aProtection(), ...overrides,
});

/** The rescue of 18 November: health 1.157, 18,422 USDC repaid, health 1.40. */
export const aDecision = (overrides: Partial<Decision> = {}): Decision => ({
  id: 'decision', positionId: 'position', account: `0x${'7a'.repeat(20)}`, mandateHash: HASH, kind: 'act', reason: 'triggered', sentence: 'Health fell to 1.157. Ballast repaid from your wallet.',
  blockNumber: '25117402', lastBlock: '25117402', blocks: 1, chainTime: '2026-11-18T21:14:08Z', lastChainTime: '2026-11-18T21:14:08Z', createdAt: '2026-11-18T21:14:08.312Z',
  health: '1.1570', lowestHealth: '1.1570', triggerHealth: '1.1600', targetHealth: '1.4000', clamp: null,
  candidates: [
    { action: 'repay', asset: USDC, amount: '18422', costUsd: '4.10', costs: { gasUsd: '4.10', tradeUsd: '0.00', premiumUsd: '0.00', carryUsd: '0.00' }, avertedUsd: '1210.55', netUsd: '1206.45', healthAfter: '1.40', verdict: 'chosen', why: 'Cheapest that is enough' },
    { action: 'top-up', asset: WETH, amount: '8.82', costUsd: '0', costs: null, avertedUsd: null, netUsd: null, healthAfter: null, verdict: 'impossible', why: 'Wallet holds 2.10 WETH' },
    {
      action: 'hedge', asset: WETH, amount: '42', costUsd: '188.10', costs: { gasUsd: '0.00', tradeUsd: '0.00', premiumUsd: '131.04', carryUsd: '57.06' }, avertedUsd: '0.00', netUsd: '-188.10', healthAfter: '1.15', verdict: 'impossible', why: 'No venue is connected',
    },
  ],
  stakes: {
    horizonHours: 72, chance: 0.5521, lossUsd: '2193.00', worstUsd: '43328.00', expectedUsd: '1210.76', because: 'usual',
    sentence: 'A liquidation would take $2,193.00. Its chance within 3 days is 55.3%: not acting may be expected to cost $1,210.76.',
  },
  intent: {
    id: 'intent', kind: 'REPAY', state: 'DONE', createdAt: '2026-11-18T21:14:08.4Z', closedAt: '2026-11-18T21:14:47Z', failure: null,
    transactions: [{ hash: HASH, nonce: '14', lane: WETH.address, purpose: 'call', signedAt: '2026-11-18T21:14:08.9Z', broadcastAt: '2026-11-18T21:14:09.4Z' }],
    steps: [{ seq: 1, from: 'BROADCAST', event: 'mined', to: 'MINED', at: '2026-11-18T21:14:23Z' }, { seq: 2, from: 'MINED', event: 'confirmed', to: 'CONFIRMED', at: '2026-11-18T21:14:47Z' }],
    receipt: { transactionHash: HASH, blockNumber: '25117404', blockHash: HASH, gasUsed: '339112', gasCostUsd: '4.10', gasBorneBy: 'ballast', healthBefore: '1.1570', healthAfter: '1.4012', debtRepaid: '18422', collateralIn: null, collateralOut: null },
  },
  ...overrides,
});
