import { CallReverted, callOf, decodeAs, decodeResult, ReadFailed, venusComptrollerAbi, venusOracleAbi, venusTokenAbi, venusVaiControllerAbi, type ChainBook, type ReadClient } from '@ballast/connectors';
import type { Asset, BlockRef, VenusHolding, VenusLoan } from '@ballast/positions';
import { address, hash32, type Address } from '@ballast/units';
import { z } from 'zod';
import { Tokens } from '../tokens.js';

const SOURCE = 'venus core pool';
const NOBODY = `0x${'0'.repeat(40)}`;
const uint = z.bigint();
const anAddress = z.string().transform(address);
const snapshotShape = z.tuple([uint, uint, uint, uint]).transform(([error, vTokens, borrowed, exchangeRate]) => ({ error, vTokens, borrowed, exchangeRate }));

/** A market at one block. */
export interface VenusMarket {
  readonly asset: Asset;
  readonly factor: bigint;
  readonly price: bigint;
}

/** An account's own part: what it has in each market that it entered. */
export interface VenusAccount {
  readonly account: Address;
  readonly held: readonly Omit<VenusHolding, keyof VenusMarket>[];
  readonly vaiOwed: bigint;
}

/** Reads accounts of Venus's core pool as Venus counts them: interest since a market was last touched is not in it, as it is not in Venus's own view. `now` is the wall clock in milliseconds. */
export class VenusReader {
  private readonly tokens: Tokens;
  private readonly underlyings = new Map<Address, Address | null>();
  readonly comptroller: Address;

  /** @throws ReadFailed where the address book has no Venus */
  constructor(private readonly client: ReadClient, book: ChainBook, private readonly now: () => number) {
    if (book.venus === undefined) throw new ReadFailed('address book', `no Venus on ${book.name}`, 'venus.comptroller');
    this.comptroller = book.venus.comptroller;
    this.tokens = new Tokens(client, book);
  }

  /** Every account at `block`, in the order asked for: the markets that it entered. All or nothing. @throws ReadFailed */
  async read(accounts: readonly Address[], block: BlockRef): Promise<readonly VenusLoan[]> {
    if (accounts.length === 0) return [];
    const own = await this.accounts(accounts, block);
    const { markets } = await this.markets([...new Set(own.flatMap(({ held }) => held.map(({ vToken }) => vToken)))], block);
    return own.map((account) => this.loanOf(account, markets, block));
  }

  /** What each account has, in the markets that it entered: it changes when somebody does something for it, and with the interest that its markets write down. @throws ReadFailed */
  async accounts(accounts: readonly Address[], block: BlockRef): Promise<readonly VenusAccount[]> {
    if (accounts.length === 0) return [];
    const ask = (name: string, args: readonly unknown[] = []) => callOf(this.comptroller, venusComptrollerAbi, name, args);
    const heads = await this.client.multicall(block, [ask('vaiController'), ...accounts.map((account) => ask('getAssetsIn', [account]))]);
    const [vaiController] = decodeResult(venusComptrollerAbi, 'vaiController', z.tuple([anAddress]), heads[0]);
    const entered = accounts.map((_, index) => decodeResult(venusComptrollerAbi, 'getAssetsIn', z.tuple([z.array(anAddress)]), heads[index + 1])[0]);
    const [held, vai] = await Promise.all([this.holdings(accounts, entered, block), this.vaiOwed(vaiController, accounts, block)]);
    return accounts.map((account, index) => ({ account, held: held[index] ?? [], vaiOwed: vai[index] ?? 0n }));
  }

  /** The account as a loan at the block. Its markets must be among `markets`, read at the same block. */
  loanOf({ account, held, vaiOwed }: VenusAccount, markets: ReadonlyMap<Address, VenusMarket>, block: BlockRef): VenusLoan {
    const provenance = { chainId: this.client.chainId, blockNumber: block.number, blockHash: hash32(block.hash), blockTimestamp: block.timestamp, observedAt: this.now(), source: SOURCE };
    return { account, comptroller: this.comptroller, provenance, vaiOwed, holdings: held.map((holding): VenusHolding => ({ ...holding, ...(markets.get(holding.vToken) as VenusMarket) })) };
  }

  /** The markets' prices and factors at the block, and the oracle that gives the prices. @throws ReadFailed */
  async markets(vTokens: readonly Address[], block: BlockRef): Promise<{ readonly oracle: Address; readonly markets: ReadonlyMap<Address, VenusMarket> }> {
    const [head] = await this.client.multicall(block, [callOf(this.comptroller, venusComptrollerAbi, 'oracle')]);
    const [oracle] = decodeResult(venusComptrollerAbi, 'oracle', z.tuple([anAddress]), head);
    const assets = await this.assetsOf(vTokens, block);
    const answers = await this.client.multicall(block, vTokens.flatMap((vToken) => [callOf(this.comptroller, venusComptrollerAbi, 'markets', [vToken]), callOf(oracle, venusOracleAbi, 'getUnderlyingPrice', [vToken])]));
    const markets = new Map(vTokens.map((vToken, index) => {
      const [, factor] = decodeResult(venusComptrollerAbi, 'markets', z.tuple([z.boolean(), uint]), answers[index * 2]);
      const price = answers[index * 2 + 1];
      // An oracle that reverts values nothing, and Venus then refuses everything.
      return [vToken, { asset: assets[index] as Asset, factor, price: price?.kind === 'ok' ? decodeAs(venusOracleAbi, 'getUnderlyingPrice', z.tuple([uint]), price.data)[0] : 0n }];
    }));
    return { oracle, markets };
  }

  /** The token behind each market, asked for once. The market of the chain's own coin has none, and says so by a revert. @throws ReadFailed */
  async assetsOf(vTokens: readonly Address[], block: BlockRef): Promise<readonly Asset[]> {
    const unknown = vTokens.filter((vToken) => !this.underlyings.has(vToken));
    // Each in a request of its own: an older market of the coin uses up all the gas that it is given.
    const answers = await Promise.all(unknown.map((vToken) => this.client.multicall(block, [callOf(vToken, venusTokenAbi, 'underlying')]).then(([answer]) => answer, (error: unknown) => {
      if (error instanceof CallReverted) return undefined;
      throw error;
    })));
    unknown.forEach((vToken, index) => {
      const answer = answers[index];
      this.underlyings.set(vToken, answer?.kind === 'ok' && answer.data !== '0x' ? decodeAs(venusTokenAbi, 'underlying', z.tuple([anAddress]), answer.data)[0] : null);
    });
    const tokens = vTokens.map((vToken) => this.underlyings.get(vToken) ?? null);
    const known = await this.tokens.assets(block, tokens.filter((token) => token !== null));
    return tokens.map((token) => known.find((asset) => asset.address === token) ?? { chainId: this.client.chainId, address: address(NOBODY), symbol: 'coin', decimals: 18 });
  }

  private async holdings(accounts: readonly Address[], entered: readonly (readonly Address[])[], block: BlockRef) {
    const asked = accounts.flatMap((account, place) => (entered[place] ?? []).map((vToken) => ({ account, place, vToken })));
    const answers = await this.client.multicall(block, asked.map(({ account, vToken }) => callOf(vToken, venusTokenAbi, 'getAccountSnapshot', [account])));
    const found: Omit<VenusHolding, keyof VenusMarket>[][] = accounts.map(() => []);
    asked.forEach(({ place, vToken }, index) => {
      const { error, ...snapshot } = decodeResult(venusTokenAbi, 'getAccountSnapshot', snapshotShape, answers[index]);
      if (error !== 0n) throw new ReadFailed(`getAccountSnapshot of ${vToken}`, `error ${error}`, 'no error');
      found[place]?.push({ vToken, ...snapshot });
    });
    return found;
  }

  private async vaiOwed(controller: Address, accounts: readonly Address[], block: BlockRef): Promise<readonly bigint[]> {
    if (controller === NOBODY) return accounts.map(() => 0n);
    const answers = await this.client.multicall(block, accounts.map((account) => callOf(controller, venusVaiControllerAbi, 'getVAIRepayAmount', [account])));
    return answers.map((answer) => decodeResult(venusVaiControllerAbi, 'getVAIRepayAmount', z.tuple([uint]), answer)[0]);
  }
}
