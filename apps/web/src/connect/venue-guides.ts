import type { DerivativesVenue } from '../api/types.js';

/** How a key that may trade and not withdraw is made at each venue. */
export const KEY_GUIDES: Readonly<Record<DerivativesVenue, string>> = {
  deribit: 'In the sub-account, under API, make a key with account: read and trade: read_write. Leave wallet at none: a key that may move coins is refused.',
  hyperliquid: 'Under API, name a new agent for the sub-account and approve it with your wallet. An agent trades and cannot withdraw. Give Ballast the account’s address and the agent’s key, never your wallet’s own.',
  'binance-usdm': 'In the sub-account, under API Management, enable Futures and leave Withdrawals and Universal Transfer off.',
  okx: 'In the sub-account, under API, choose Read and Trade, and leave Withdraw off. The passphrase is the one you choose there.',
  bybit: 'In the sub-account, under API, choose Contract orders and positions, and leave Wallet off.',
};
