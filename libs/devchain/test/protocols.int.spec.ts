import { AbiCoder, Interface, MaxUint256, Wallet, ZeroAddress, concat, getCreate2Address, keccak256, solidityPacked, toBeHex } from 'ethers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAddressBook } from '@ballast/connectors';
import { MANDATE_TYPES, mandateDomain, venusGuardAbi } from '@ballast/contracts';
import { freshAccounts, read, setVenusPrices, startDevchain, tokenOf, type Devchain, type DevAccount, type MorphoMarket, type Sender, type TokenSymbol } from '../src/index.js';

// What the local chain carries beside Aave and Uniswap, each used once as its users do.
let chain: Devchain;
beforeAll(async () => {
  chain = await startDevchain({ idleBlockSeconds: 0 });
});
afterAll(async () => {
  await chain?.stop();
});

const erc20 = new Interface(['function approve(address, uint256) returns (bool)', 'function balanceOf(address) view returns (uint256)', 'function mint(address, uint256)', 'function transfer(address, uint256) returns (bool)', 'function deposit() payable']);
const address = (symbol: TokenSymbol): string => tokenOf(chain.deployment, symbol).address;

/** An account with ether and an amount of WETH or of a mintable token, which it has approved to `spender`. */
async function someone(seed: number, symbol: TokenSymbol, amount: bigint, spender: string): Promise<Sender> {
  const account = freshAccounts(9_000 + seed, 1)[0] as DevAccount;
  await chain.provider.send('anvil_setBalance', [account.address, toBeHex(10n ** 21n)]);
  const sender = chain.sender(account);
  if (symbol === 'WETH') await sender.execute({ to: address(symbol), abi: erc20, method: 'deposit', args: [] }, { value: amount });
  else await chain.sender(chain.accounts.whale).execute({ to: address(symbol), abi: erc20, method: 'mint', args: [account.address, amount] });
  await sender.execute({ to: address(symbol), abi: erc20, method: 'approve', args: [spender, MaxUint256] });
  return sender;
}

const balance = async (symbol: TokenSymbol, of: string): Promise<bigint> => (await read(chain.provider, { to: address(symbol), abi: erc20, method: 'balanceOf', args: [of] }))[0] as bigint;

describe('Morpho Blue', () => {
  const morpho = new Interface([
    'function supplyCollateral((address,address,address,address,uint256) market, uint256 assets, address onBehalf, bytes data)',
    'function borrow((address,address,address,address,uint256) market, uint256 assets, uint256 shares, address onBehalf, address receiver)',
    'function idToMarketParams(bytes32) view returns (address, address, address, address, uint256)',
  ]);

  it('lends on every market, each with the oracle, the rate model and the limit that it names', async () => {
    for (const [index, { id, loanToken, collateralToken, oracle, irm, lltv }] of chain.deployment.morpho.markets.entries()) {
      const market = [loanToken, collateralToken, oracle, irm, lltv];
      expect((await read(chain.provider, { to: chain.deployment.morpho.address, abi: morpho, method: 'idToMarketParams', args: [id] })).map((value) => String(value).toLowerCase())).toEqual(market);
      const [collateral, loan] = [collateralToken, loanToken].map((token) => chain.deployment.tokens.find((known) => known.address === token)?.symbol as TokenSymbol) as [TokenSymbol, TokenSymbol];
      const borrower = await someone(index, collateral, 10n ** 19n, chain.deployment.morpho.address);
      const call = (method: string, args: readonly unknown[]) => borrower.execute({ to: chain.deployment.morpho.address, abi: morpho, method, args });
      await call('supplyCollateral', [market, 10n ** 19n, borrower.address, '0x']);
      const price = ((await read(chain.provider, { to: oracle, abi: new Interface(['function price() view returns (uint256)']), method: 'price', args: [] }))[0] as bigint);
      const most = (((10n ** 19n * price) / 10n ** 36n) * BigInt(lltv)) / 10n ** 18n;
      await call('borrow', [market, most - 10n, 0, borrower.address, borrower.address]);
      expect(await balance(loan, borrower.address)).toBe(most - 10n);
      await expect(call('borrow', [market, 1_000n, 0, borrower.address, borrower.address])).rejects.toThrow();
    }
  });
});

describe('Venus', () => {
  it('lends and takes a repayment by somebody else', async () => {
    const { comptroller, vTokens } = chain.deployment.venus;
    const vToken = new Interface(['function mint(uint256) returns (uint256)', 'function borrow(uint256) returns (uint256)', 'function repayBorrowBehalf(address, uint256) returns (uint256)', 'function borrowBalanceStored(address) view returns (uint256)']);
    const pool = new Interface(['function enterMarkets(address[]) returns (uint256[])', 'function getAccountLiquidity(address) view returns (uint256, uint256, uint256)']);
    const borrower = await someone(20, 'WETH', 10n ** 19n, vTokens.WETH);
    await borrower.execute({ to: vTokens.WETH, abi: vToken, method: 'mint', args: [10n ** 19n] });
    await borrower.execute({ to: comptroller, abi: pool, method: 'enterMarkets', args: [[vTokens.WETH]] });
    await borrower.execute({ to: vTokens.USDC, abi: vToken, method: 'borrow', args: [20_000n * 10n ** 6n] });
    expect(await balance('USDC', borrower.address)).toBe(20_000n * 10n ** 6n);
    // 10 WETH at 3,000 and 80%, less 20,000.
    const [, liquidity, shortfall] = await read(chain.provider, { to: comptroller, abi: pool, method: 'getAccountLiquidity', args: [borrower.address] });
    expect([Number(liquidity) / 1e18, shortfall]).toEqual([expect.closeTo(4_000, 0), 0n]);
    const friend = await someone(21, 'USDC', 10n ** 10n, vTokens.USDC);
    await friend.execute({ to: vTokens.USDC, abi: vToken, method: 'repayBorrowBehalf', args: [borrower.address, 5_000n * 10n ** 6n] });
    const [owed] = await read(chain.provider, { to: vTokens.USDC, abi: vToken, method: 'borrowBalanceStored', args: [borrower.address] });
    expect(Number(owed) / 1e6).toBeCloseTo(15_000, 1);
  });
});

describe('Safe', () => {
  it('carries out several calls as one transaction that its owner signed', async () => {
    const { singleton, proxyFactory, multiSendCallOnly, fallbackHandler } = chain.deployment.safe;
    const safeAbi = new Interface([
      'function setup(address[] owners, uint256 threshold, address to, bytes data, address fallbackHandler, address paymentToken, uint256 payment, address paymentReceiver)',
      'function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures) payable returns (bool)',
    ]);
    const factory = new Interface(['function createProxyWithNonce(address singleton, bytes initializer, uint256 saltNonce) returns (address)', 'function proxyCreationCode() view returns (bytes)']);
    const multiSend = new Interface(['function multiSend(bytes transactions) payable']);
    const owner = await someone(30, 'USDC', 1_000n, ZeroAddress.replace(/0$/, '1'));
    const initializer = safeAbi.encodeFunctionData('setup', [[owner.address], 1, ZeroAddress, '0x', fallbackHandler, ZeroAddress, 0, ZeroAddress]);
    const [creation] = await read(chain.provider, { to: proxyFactory, abi: factory, method: 'proxyCreationCode', args: [] });
    const salt = keccak256(solidityPacked(['bytes32', 'uint256'], [keccak256(initializer), 1]));
    const safe = getCreate2Address(proxyFactory, salt, keccak256(concat([creation as string, AbiCoder.defaultAbiCoder().encode(['address'], [singleton])])));
    await owner.execute({ to: proxyFactory, abi: factory, method: 'createProxyWithNonce', args: [singleton, initializer, 1] });
    await owner.execute({ to: address('USDC'), abi: erc20, method: 'transfer', args: [safe, 1_000n] });

    const receiver = Wallet.createRandom().address;
    const pay = (amount: bigint): string => {
      const data = erc20.encodeFunctionData('transfer', [receiver, amount]);
      return solidityPacked(['uint8', 'address', 'uint256', 'uint256', 'bytes'], [0, address('USDC'), 0, (data.length - 2) / 2, data]);
    };
    const data = multiSend.encodeFunctionData('multiSend', [concat([pay(300n), pay(400n)])]);
    // The owner sends it: a signature with v = 1 names the caller.
    const approved = concat([AbiCoder.defaultAbiCoder().encode(['address', 'uint256'], [owner.address, 0]), '0x01']);
    await owner.execute({ to: safe, abi: safeAbi, method: 'execTransaction', args: [multiSendCallOnly, 0, data, 1, 0, 0, 0, ZeroAddress, ZeroAddress, approved] });
    expect([await balance('USDC', receiver), await balance('USDC', safe)]).toEqual([700n, 300n]);
  });
});

describe('the address book', () => {
  it('is what the services read, nothing left out', () => {
    expect(parseAddressBook({ [chain.chainId]: chain.book }, chain.chainId)).toEqual(chain.book);
  });
});

describe("Ballast's contracts", () => {
  const keepers = new Interface([
    'function isKeeper(address) view returns (bool)', 'function mayRemoveItself(address) view returns (bool)',
    'function requirePriceOk(bytes32 pair, address collateralSource, address debtSource) view',
  ]);
  const ask = (method: string, args: readonly unknown[]) => read(chain.provider, { to: chain.deployment.ballast.keepers, abi: keepers, method, args });

  it('list the keeper, its backup and the fillers, of which the keys may remove themselves', async () => {
    const { accounts: { keeper, backupKeeper, remover }, deployment: { ballast } } = chain;
    for (const [who, listed, removes] of [[keeper.address, true, true], [backupKeeper.address, true, true], [ballast.aaveFiller, true, false], [ballast.morphoFiller, true, false], [remover.address, false, false]] as const) {
      expect([(await ask('isKeeper', [who]))[0], (await ask('mayRemoveItself', [who]))[0]]).toEqual([listed, removes]);
    }
  });

  it('find the prices of every published pair good', async () => {
    const { feeds, fillPairs, tokens } = chain.deployment;
    const feedOf = (asset: string): string => feeds[tokens.find((token) => token.address === asset)?.symbol as TokenSymbol];
    expect(fillPairs.length).toBeGreaterThan(2);
    for (const { collateral, debt } of fillPairs) {
      const pair = keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'address'], [collateral, debt]));
      await expect(ask('requirePriceOk', [pair, feedOf(collateral), feedOf(debt)])).resolves.toEqual([]);
    }
  });

  it('find the prices of both markets of WETH and USDC on Morpho good, and price none for the staked coin', async () => {
    const [first, second, staked] = chain.deployment.morpho.markets as [MorphoMarket, MorphoMarket, MorphoMarket];
    for (const { id, oracle } of [first, second]) await expect(ask('requirePriceOk', [id, oracle, oracle])).resolves.toEqual([]);
    await expect(ask('requirePriceOk', [first.id, second.oracle, second.oracle])).rejects.toThrow();
    await expect(ask('requirePriceOk', [staked.id, staked.oracle, staked.oracle])).rejects.toThrow();
  });

  it('keep a loan on Venus from being liquidated, by a repayment from its owner\'s wallet', async () => {
    const { deployment: { venus: { comptroller, vTokens }, ballast }, accounts } = chain;
    const account = freshAccounts(9_040, 1)[0] as DevAccount;
    const owner = await someone(40, 'WETH', 10n ** 19n, vTokens.WETH);
    const vToken = new Interface(['function mint(uint256) returns (uint256)', 'function borrow(uint256) returns (uint256)']);
    const pool = new Interface(['function enterMarkets(address[]) returns (uint256[])', 'function getAccountLiquidity(address) view returns (uint256, uint256, uint256)']);
    await owner.execute({ to: vTokens.WETH, abi: vToken, method: 'mint', args: [10n ** 19n] });
    await owner.execute({ to: comptroller, abi: pool, method: 'enterMarkets', args: [[vTokens.WETH]] });
    await owner.execute({ to: vTokens.USDC, abi: vToken, method: 'borrow', args: [20_000n * 10n ** 6n] });
    await owner.execute({ to: address('USDC'), abi: erc20, method: 'approve', args: [ballast.venusGuard, MaxUint256] });

    const guard = (method: string, args: readonly unknown[]) => ({ to: ballast.venusGuard, abi: new Interface(venusGuardAbi), method, args });
    const [prev] = await read(chain.provider, guard('prevOf', [owner.address, vTokens.WETH, vTokens.USDC]));
    const mandate = {
      owner: owner.address, collateral: vTokens.WETH, debt: vTokens.USDC, actions: 2, triggerHf: 11n * 10n ** 17n, minHf: 12n * 10n ** 17n, maxHf: 15n * 10n ** 17n, maxCostBps: 100,
      fillPerDay: 0n, keepers: ballast.keepers, expiry: (await chain.mining.chainTime()) + 30 * 86_400, prev,
    };
    const signature = await new Wallet(account.privateKey).signTypedData(mandateDomain(chain.chainId, ballast.venusGuard, 'VenusGuard'), MANDATE_TYPES, mandate);
    const keeper = chain.sender(accounts.backupKeeper);
    await keeper.execute(guard('activate', [mandate, signature]));

    const fall = async (price: bigint): Promise<void> => {
      const transmitter = chain.sender(accounts.transmitter);
      await transmitter.receipt(await chain.feeds.set('WETH', price, await chain.mining.chainTime()));
    };
    const repay = async () => keeper.execute(guard('repay', [mandate, 1n, 5_000n * 10n ** 6n, (await chain.mining.chainTime()) + 600]));
    try {
      await fall(240_000_000_000n);
      // The feeds have fallen; Venus knows of it when it is told.
      await expect(repay()).rejects.toThrow();
      await setVenusPrices(chain);
      await repay();
      const [, liquidity, shortfall] = await read(chain.provider, { to: comptroller, abi: pool, method: 'getAccountLiquidity', args: [owner.address] });
      expect([Number(liquidity) / 1e18, shortfall]).toEqual([expect.closeTo(10 * 2_400 * 0.8 - 15_000, 0), 0n]);
    } finally {
      await fall(300_000_000_000n);
      await setVenusPrices(chain);
    }
  });
});
