import type { ChainBook } from '@ballast/connectors';
import { z } from 'zod';
import { addressWord, eventStream, hashWord, type EventStream } from '../discovery/event-stream.js';

/** Both events carry the reserve, then the account whose loan it is. */
const ofAccount = z.tuple([addressWord, addressWord], hashWord).transform(([, account]) => ({ account, market: null }));

/**
 * Accounts with debt or collateral at the pool. Debt begins with Borrow alone, for whoever called it: a flash loan that is kept as debt emits it too, and debt cannot be handed on.
 * Transfers of aTokens need not be followed for borrowers, since every borrower borrowed; and where a transfer, a supply or a liquidation makes an account a holder of
 * collateral that counts, the pool says so by ReserveUsedAsCollateralEnabled, once for each reserve rather than for each supply.
 */
export function aaveV3Events({ aaveV3 }: ChainBook): EventStream {
  return eventStream('aave-v3', aaveV3.pool, aaveV3.fromBlock, [
    { signature: 'event Borrow(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, uint8 interestRateMode, uint256 borrowRate, uint16 indexed referralCode)', entry: ofAccount },
    { signature: 'event ReserveUsedAsCollateralEnabled(address indexed reserve, address indexed user)', entry: ofAccount },
  ]);
}
