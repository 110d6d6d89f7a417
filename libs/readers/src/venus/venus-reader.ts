import { callOf, decodeAs, decodeResult, ReadFailed, venusComptrollerAbi, venusOracleAbi, venusTokenAbi, venusVaiControllerAbi, type ChainBook, type ReadClient } from '@ballast/connectors';
import type { Asset, BlockRef, VenusHolding, VenusLoan } from '@ballast/positions';
import { address, hash32, type Address } from '@ballast/units';
import { z } from 'zod';
import { Tokens } from '../tokens.js';

const SOURCE = 'venus core pool';
const NOBODY = `0x${'0'.repeat(40)}`;
const uint = z.bigint();
const anAddress = z.string().transform(address);
const snapshotShape = z.tuple([uint, uint, uint, uint]).transform(([error, vTokens, borrowed, exchangeRate]) => ({ error, vTokens, borrowed, exchangeRate }));

interface Market {
  readonly asset: Asset;
  readonly factor: bigint;
  readonly price: bigint;
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
    const ask = (name: string, args: readonly unknown[] = []) => callOf(this.comptroller, venusComptrollerAbi, name, args);
    const heads = await this.client.multicall(block, [ask('oracle'), ask('vaiController'), ...accounts.map((account) => ask('getAssetsIn', [account]))]);
    const [oracle] = decodeResult(venusComptrollerAbi, 'oracle', z.tuple([anAddress]), heads[0]);
    const [vaiController] = decodeResult(venusComptrollerAbi, 'vaiController', z.tuple([anAddress]), heads[1]);
    const entered = accounts.map((_, index) => decodeResult(venusComptrollerAbi, 'getAssetsIn', z.tuple([z.array(anAddress)]), heads[index + 2])[0]);
    const [markets, holdings, vai] = await Promise.all([this.markets([...new Set(entered.flat())], oracle, block), this.holdings(accounts, entered, block), this.vaiOwed(vaiController, accounts, block)]);
    const provenance = { chainId: this.client.chainId, blockNumber: block.number, blockHash: hash32(block.hash), blockTimestamp: block.timestamp, observedAt: this.now(), source: SOURCE };
    return accounts.map((account, index) => ({
      account, comptroller: this.comptroller, provenance, vaiOwed: vai[index] ?? 0n,
      holdings: (holdings[index] ?? []).map((holding): VenusHolding => ({ ...holding, ...(markets.get(holding.vToken) as Market) })),
    }));
  }

  private async markets(vTokens: readonly Address[], oracle: Address, block: BlockRef): Promise<ReadonlyMap<Address, Market>> {
    const assets = await this.assetsOf(vTokens, block);
    const answers = await this.client.multicall(block, vTokens.flatMap((vToken) => [callOf(this.comptroller, venusComptrollerAbi, 'markets', [vToken]), callOf(oracle, venusOracleAbi, 'getUnderlyingPrice', [vToken])]));
    return new Map(vTokens.map((vToken, index) => {
      const [, factor] = decodeResult(venusComptrollerAbi, 'markets', z.tuple([z.boolean(), uint]), answers[index * 2]);
      const price = answers[index * 2 + 1];
      // An oracle that reverts values nothing, and Venus then refuses everything.
      return [vToken, { asset: assets[index] as Asset, factor, price: price?.kind === 'ok' ? decodeAs(venusOracleAbi, 'getUnderlyingPrice', z.tuple([uint]), price.data)[0] : 0n }];
    }));
  }

  /** The token behind each market, asked for once. The market of the chain's own coin has none, and says so by a revert. @throws ReadFailed */
  async assetsOf(vTokens: readonly Address[], block: BlockRef): Promise<readonly Asset[]> {
    const unknown = vTokens.filter((vToken) => !this.underlyings.has(vToken));
    const answers = await this.client.multicall(block, unknown.map((vToken) => callOf(vToken, venusTokenAbi, 'underlying')));
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
    const found: Omit<VenusHolding, keyof Market>[][] = accounts.map(() => []);
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
