import type { EventKind, NoticeData } from '@ballast/notifications';

const HASH = `0x91c4${'0'.repeat(56)}e07a`;
const loan = { protocol: 'aave-v3', pair: 'WETH → USDC' };

const paper = { environment: 'paper', venue: 'Hyperliquid', account: 'paper:hyperliquid:account:main', underlying: 'ETH' } as const;
const live = { environment: 'live', venue: 'Deribit', account: 'live:deribit:account:main.ETH', underlying: 'ETH' } as const;
const since = '2026-11-20T06:11:52Z';

/** Full data for every kind of event. */
export const SAMPLES: { readonly [Kind in EventKind]: NoticeData<Kind> } = {
  'action.started': { ...loan, action: 'repay', amount: '18500', symbol: 'USDC', health: '1.1571', decisionId: 'd-1' },
  'action.done': {
    ...loan, action: 'repay', amount: '18422.000000', symbol: 'USDC', healthBefore: '1.157000000000000000', healthAfter: '1.4004', priceOf: 'ETH', price: '3522.58',
    liquidationPriceBefore: '3044.6', liquidationPriceAfter: '2516.13', gasUsd: '4.0951', gasBorneBy: 'ballast', transactionHash: HASH, decisionId: 'd-1',
  },
  'action.failed': { ...loan, action: 'repay', amount: '18422', symbol: 'USDC', reason: 'The guard refused: the permission for USDC is too small', class: 'condition', health: '1.043', liquidationPrice: '3044.6', transactionHash: HASH, decisionId: 'd-1' },
  'action.stuck': { ...loan, action: 'repay', amount: '18422', symbol: 'USDC', reason: 'fee-ceiling', message: 'Blocks cost more than this action may', health: '1.143', liquidationPrice: '3044.6', transactionHash: HASH, decisionId: 'd-1' },
  'not-protected': {
    ...loan, reason: 'allowance-missing', symbol: 'USDC', health: '1.0634', actsAtHealth: '1.16', asset: 'ETH', liquidationPrice: '2943.9', price: '3120', distancePercent: '5.6',
    chance24h: '10.1%', lossIfLiquidatedUsd: '1664.2', since: '2026-11-20T18:02:00Z',
  },
  'protected-again': { ...loan, health: '1.0634', actsAtHealth: '1.16', since: '2026-11-20T18:02:00Z' },
  'price.disagrees': { ...loan, asset: 'WETH', protocolPrice: '3120', marketPrice: '3046.1', gap: '2.5%', protocolIs: 'above' },
  'mandate.active': { ...loan, mandateHash: HASH, actsAtHealth: '1.157', targetHealth: '1.4', expiresAt: '2027-05-18T00:00:00Z', transactionHash: HASH },
  'mandate.rejected': { ...loan, mandateHash: HASH, reason: 'The signature is not of the owner' },
  'mandate.expiring': { ...loan, mandateHash: HASH, days: '7', expiresAt: '2027-05-18T00:00:00Z', health: '1.2403' },
  'position.liquidated': { ...loan, collateralSeized: '9.0412', collateralSymbol: 'WETH', debtCovered: '10000', debtSymbol: 'USDC', penaltyUsd: '692.4', why: 'No mandate was signed for this loan', transactionHash: HASH },
  blind: { chainName: 'Base', since: '2026-11-20T06:11:52Z', reason: 'No answer from the node' },
  sighted: { chainName: 'Base', since: '2026-11-20T06:11:52Z', until: '2026-11-20T06:13:02Z' },
  'stop.set': { stops: 'fill', by: 'breaker', what: 'your loans on Aave that sell WETH', reason: "the protocol's price of WETH is 2.6% below the market's", since: '2026-11-20T06:11:52Z', spell: 'asset_1-aave-v3-0x1_price-gap_1' },
  'stop.released': { stops: 'all', by: 'operator', what: 'your loans', reason: 'a drill', since: '2026-11-20T06:11:52Z', until: '2026-11-20T06:13:02Z' },
  'rescue.by-backup': { ...loan, action: 'fill', keeper: `0x${'ba'.repeat(20)}`, transactionHash: HASH },
  'operator.page': { title: 'a key of ours was used by somebody else', reason: 'A rescue was sent by our own lane that nobody here signed', todo: 'Look at the transaction.', chainName: 'Base', stops: 'everything on this chain', transactionHash: HASH, lane: `0x${'1a'.repeat(20)}` },
  'hedge.traded': { ...paper, reason: 'outside-band', side: 'sell', coins: '2.5', instrument: 'paper:hyperliquid:instrument:ETH', orderId: 'a'.repeat(32), price: '2998.5', fee: '3.373312500000000000', currency: 'USDC', held: '-20', target: '-20.0123', decisionId: 'd-1' },
  'hedge.cannot': { environment: 'live', underlying: 'ETH', reason: 'margin-too-thin', unhedged: '12.345678', since, decisionId: 'd-1' },
  'hedge.can-again': { environment: 'live', underlying: 'ETH', since },
  'hedge.margin': { ...live, usePercent: '34.2', reducesAtPercent: '50', instrument: 'live:deribit:instrument:ETH-PERPETUAL', liquidationPrice: '4120.5', price: '3120' },
  'hedge.deposit-needed': { ...live, amount: '1523.456789012345678900', currency: 'ETH', usePercent: '55.1', targetPercent: '40' },
  'hedge.budget': { environment: 'live', underlying: 'ETH', state: 'spent', paidUsd: '5012.33', budgetUsd: '5000', then: 'hold' },
  'hedge.key': { ...live, problem: 'ending', endsAt: '2026-12-01T00:00:00Z' },
  'hedge.unwound': { environment: 'paper', underlying: 'ETH', reason: 'danger-gone', coins: '12.5', price: '3010.25', left: '7.5', costUsd: '112.4', decisionId: 'd-1' },
  'hedge.withdrawal-helps': { ...live, amount: '2.25', currency: 'ETH', health: '1.031', pair: 'WETH → USDC' },
  'hedge.prices': { ...live, because: 'disagree', mark: '3120', index: '3119.5', oracle: '3050' },
  'hedge.margin-shared': paper,
  'venue.unreachable': { ...live, since, why: 'The venue did not answer' },
  'venue.back': { ...live, since, until: '2026-11-20T06:33:02Z' },
  'venue.liquidated': { ...live, instrument: 'live:deribit:instrument:ETH-PERPETUAL', position: 'short', contracts: '30000', price: '4120.5', left: '0', at: since },
  'venue.deleveraged': { ...paper, instrument: 'paper:hyperliquid:instrument:ETH', position: 'short', contracts: '10', price: '2700', left: '-10', at: since },
  'venue.unexplained': { ...live, instrument: 'live:deribit:instrument:ETH-PERPETUAL', what: 'unexplained', difference: '-1200', ours: '-30000', theirs: '-31200' },
  'venue.order-unknown': { ...live, instrument: 'live:deribit:instrument:ETH-PERPETUAL', orderId: 'b'.repeat(32), side: 'sell', contracts: '1200', since },
  'venue.orders-fail': { ...paper, instrument: 'paper:hyperliquid:instrument:ETH', side: 'sell', orderId: 'c'.repeat(32), times: 3, reason: 'margin', sentence: 'The venue refused it: the account has too little margin for it.', since },
  'venue.orders-work': { ...paper, instrument: 'paper:hyperliquid:instrument:ETH', since, until: '2026-11-20T06:33:02Z' },
  'venue.key-ended': { environment: 'live', venue: 'Deribit', key: 'main', label: 'my hedges', reason: 'You took the key away', plans: 1, accounts: 2 },
  'account.protected': { ...live, action: 'close', amount: '12000', instrument: 'live:deribit:instrument:ETH-PERPETUAL', usePercent: '71.5', usePercentAfter: '48.9', triggerPercent: '70', limit: '3040.5', left: '3000', costUsd: '24.6', decisionId: 'd-1' },
  'account.cannot': { ...live, reason: 'owner-must-deposit', instrument: 'live:deribit:instrument:ETH-PERPETUAL', usePercent: '71.5', triggerPercent: '70', amount: '1.234567', currency: 'ETH', since, decisionId: 'd-1' },
  'alarm.still': { ...loan, reason: 'allowance-missing', symbol: 'USDC', health: '1.06', asset: 'ETH', distancePercent: '5.6', alarm: { id: 'alm_1', of: 'not-protected', telling: 3, since, againInMinutes: 360 } },
  'alarm.over': { of: 'account.cannot', subject: `guarded:${live.account}`, since },
  alive: { chainName: 'Base', headNumber: '31000000', seenAt: '2026-11-20T06:11:52Z', oldestCheckAt: '2026-11-20T06:11:50Z', positions: 6, armed: 4, cannot: 1, openIntents: 0, measuredAt: '2026-11-20T06:11:53Z' },
  silent: { chainName: 'Base', cause: 'silent', reason: 'No heartbeat came for 121 s; the last attempt failed with ECONNREFUSED', since: '2026-11-20T06:11:52Z', lastHeartbeatAt: '2026-11-20T06:11:50Z', againInMinutes: 60, telling: 1 },
  'silent.over': { chainName: 'Base', since: '2026-11-20T06:11:52Z', until: '2026-11-20T06:33:02Z' },
  'hedging.late': { chainName: 'Base', reason: 'It looked after the 3 hedges and 1 guarded accounts of owners on Base 184 s ago for the last time', since: '2026-11-20T06:11:52Z', againInMinutes: 60 },
  'hedging.back': { chainName: 'Base', since: '2026-11-20T06:11:52Z', until: '2026-11-20T06:33:02Z' },
  'watchdog.unsure': { reason: 'My own node does not answer', since: '2026-11-20T06:11:52Z', againInMinutes: 60 },
  'watchdog.sure': { since: '2026-11-20T06:11:52Z', until: '2026-11-20T06:33:02Z' },
  'subscription.confirm': { token: 'confirm_token_0123456789', expiresAt: '2026-11-21T00:00:00Z' },
};
