import type { Hex, MinedLog } from '@ballast/connectors';
import { ReadFailed, parseAddressBook } from '@ballast/connectors';
import { address, hash32 } from '@ballast/units';
import { Interface } from 'ethers';
import { describe, expect, it } from 'vitest';
import { aaveV3Events } from '../aave-v3/borrower-events.js';
import { morphoBlueEvents } from '../morpho-blue/market-events.js';
import { venusEvents } from '../venus/account-events.js';

const at = (digit: string) => address(`0x${digit.repeat(40)}`);
const id = hash32(`0x${'e'.repeat(64)}`);
const [pool, morpho, comptroller, owner, other, token] = [at('1'), at('2'), at('3'), at('a'), at('b'), at('c')];
const book = parseAddressBook({
  1: {
    name: 'Test', multicall3: token, confirmations: 2, aaveV3: { pool, oracle: token, addressesProvider: token, dataProvider: token, fromBlock: 70 }, ballast: { aaveGuard: token, keepers: token },
    morpho: { address: morpho }, venus: { comptroller }, tokens: [],
  },
}, 1);
const aave = aaveV3Events(book);
const blue = morphoBlueEvents(book.morpho as { address: typeof pool });
const venus = venusEvents(book.venus as { comptroller: typeof pool });

function aLog(contract: string, signature: string, args: readonly unknown[], blockNumber = 9n): MinedLog {
  const abi = new Interface([signature]);
  const { topics, data } = abi.encodeEventLog(abi.fragments[0]?.format('sighash') as string, [...args]);
  return { address: address(contract), topics: (topics as string[]).map(hash32), data: data as Hex, blockNumber, blockHash: id, transactionHash: id, logIndex: 0n };
}

describe('events', () => {
  it('of Aave are found by whose loan it is, not by who called', () => {
    const borrow = aLog(pool, 'event Borrow(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, uint8 interestRateMode, uint256 borrowRate, uint16 indexed referralCode)', [token, other, owner, 5n, 2, 1n, 0]);
    const enabled = aLog(pool, 'event ReserveUsedAsCollateralEnabled(address indexed reserve, address indexed user)', [token, other], 10n);
    expect(aave.found([borrow, enabled])).toEqual({ places: [{ account: owner, market: null, blockNumber: 9n }, { account: other, market: null, blockNumber: 10n }], markets: [] });
    expect(aave.topics).toEqual([borrow.topics[0], enabled.topics[0]]);
    expect(aave.from).toBe(70n);
  });

  it('of Morpho tell of markets, and of accounts in them', () => {
    const created = aLog(morpho, 'event CreateMarket(bytes32 indexed id, (address loanToken, address collateralToken, address oracle, address irm, uint256 lltv) marketParams)', [id, [token, token, token, token, 1n]]);
    const supplied = aLog(morpho, 'event SupplyCollateral(bytes32 indexed id, address indexed caller, address indexed onBehalf, uint256 assets)', [id, other, owner, 1n]);
    const borrowed = aLog(morpho, 'event Borrow(bytes32 indexed id, address caller, address indexed onBehalf, address indexed receiver, uint256 assets, uint256 shares)', [id, token, owner, other, 1n, 1n]);
    const place = { account: owner, market: id, blockNumber: 9n };
    expect(blue.found([created, supplied, borrowed])).toEqual({ places: [place, place], markets: [{ market: id, blockNumber: 9n }] });
  });

  it('of Venus are read as its comptrollers of today and of the past write them', () => {
    for (const signature of ['event MarketEntered(address indexed vToken, address indexed account)', 'event MarketEntered(address vToken, address account)']) {
      expect(venus.found([aLog(comptroller, signature, [token, owner])])).toEqual({ places: [{ account: owner, market: null, blockNumber: 9n }], markets: [] });
    }
  });

  it('that were not asked for, or are not as their signature says, are refused by name', () => {
    const entered = aLog(comptroller, 'event MarketEntered(address indexed vToken, address indexed account)', [token, owner]);
    expect(() => venus.found([{ ...entered, address: other }])).toThrow(ReadFailed);
    expect(() => aave.found([{ ...entered, address: pool }])).toThrow('the events asked for');
    expect(() => venus.found([{ ...entered, topics: entered.topics.slice(0, 2) }])).toThrow('MarketEntered(address,address): got 2 topics');
    expect(() => venus.found([{ ...entered, topics: [...entered.topics.slice(0, 2), id] }])).toThrow('an address in a 32-byte word');
  });

  it('of another contract or of other kinds make another source', () => {
    expect(aave.source).toBe(`${pool} Borrow(address,address,address,uint256,uint8,uint256,uint16) ReserveUsedAsCollateralEnabled(address,address)`);
  });
});
