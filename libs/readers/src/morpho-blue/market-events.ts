import type { ChainBook } from '@ballast/connectors';
import { z } from 'zod';
import { addressWord, eventStream, hashWord, type EventStream } from '../discovery/event-stream.js';

const PARAMS = '(address loanToken, address collateralToken, address oracle, address irm, uint256 lltv)';

/** Markets, and accounts with collateral or debt in one: neither can be handed on, so each begins with the account's own event. */
export function morphoBlueEvents({ address, fromBlock }: NonNullable<ChainBook['morpho']>): EventStream {
  return eventStream('morpho-blue', address, fromBlock, [
    { signature: `event CreateMarket(bytes32 indexed id, ${PARAMS} marketParams)`, entry: z.tuple([hashWord], hashWord).transform(([market]) => ({ account: null, market })) },
    { signature: 'event SupplyCollateral(bytes32 indexed id, address indexed caller, address indexed onBehalf, uint256 assets)', entry: z.tuple([hashWord, addressWord, addressWord], hashWord).transform(([market, , account]) => ({ account, market })) },
    { signature: 'event Borrow(bytes32 indexed id, address caller, address indexed onBehalf, address indexed receiver, uint256 assets, uint256 shares)', entry: z.tuple([hashWord, addressWord], hashWord).transform(([market, account]) => ({ account, market })) },
  ]);
}
