import { aaveOracleAbi, aavePoolAbi, callOf, chainlinkFeedAbi, decodeAs, decodeResult, erc20Abi, ReadFailed, type CallResult, type ChainBook, type Pinned, type ReadClient } from '@ballast/connectors';
import type { Asset, OraclePrice } from '@ballast/positions';
import { address, usdE8, USD_E8, type Address } from '@ballast/units';
import { z } from 'zod';
import { decodeReserveConfiguration, type ReserveConfiguration } from './configuration.js';

/** One reserve of the pool at one block. */
export interface Reserve {
  /** The reserve's place in the pool's bitmaps; not its place in the list, which skips dropped reserves. */
  readonly id: number;
  readonly asset: Asset;
  readonly aToken: Address;
  readonly debtToken: Address;
  readonly configuration: ReserveConfiguration;
  readonly price: OraclePrice;
}

const anAddress = z.string().transform(address);
const reserveData = z.tuple([
  z.tuple([z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.bigint(), anAddress, anAddress, anAddress, anAddress, z.bigint(), z.bigint(), z.bigint()]),
]);
const oneUint = z.tuple([z.bigint()]);
export const roundData = z.tuple([z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.bigint()]).transform(([roundId, answer, , updatedAt]) => ({ roundId, answer, updatedAt }));
const PER_RESERVE = 4;

/** Where a block's reserves come from: `Reserves`, or what asks it once a block for several readers. */
export type ReserveSource = Pick<Reserves, 'at' | 'asset'>;

/**
 * The pool's reserves block by block. The list of the last block is taken for this one's until the pool has answered, so that all is asked for at once. Symbols are kept across blocks; the address of each price feed is only remembered to ask
 * for it in the same request, and checked against the oracle's answer at every block.
 */
export class Reserves {
  private readonly symbols = new Map<Address, string>();
  private readonly sources = new Map<Address, Address>();
  private baseUnitChecked = false;
  private lastList: readonly Address[] = [];

  constructor(private readonly client: ReadClient, private readonly book: ChainBook) {
    for (const token of book.tokens) this.symbols.set(token.address, token.symbol);
  }

  /** Every reserve of the pool at the block, in the pool's order. @throws ReadFailed */
  async at(block: Pinned): Promise<readonly Reserve[]> {
    const guess = this.lastList;
    const early = this.client.multicall(block, guess.flatMap((asset) => this.callsFor(asset)));
    early.catch(() => undefined); // Heard of below, or not needed.
    const list = await this.list(block);
    this.lastList = list;
    const isGuessed = list.length === guess.length && list.every((asset, index) => asset === guess[index]);
    const answers = await (isGuessed ? early : this.client.multicall(block, list.flatMap((asset) => this.callsFor(asset))));
    const feeds = await this.feeds(block, list, answers);
    return list.map((asset, index) => {
      const [data] = decodeResult(aavePoolAbi, 'getReserveData', reserveData, answers[index * PER_RESERVE]);
      const configuration = decodeReserveConfiguration(data[0]);
      return {
        id: Number(data[7]),
        asset: { chainId: this.client.chainId, address: asset, symbol: this.symbols.get(asset) ?? asset, decimals: configuration.decimals },
        aToken: data[8],
        debtToken: data[10],
        configuration,
        price: oraclePrice(answers[index * PER_RESERVE + 1], feeds[index]),
      };
    });
  }

  /** The token behind an address of the pool's list, for events. @throws ReadFailed when the pool does not list it */
  async asset(block: Pinned, token: Address): Promise<Asset> {
    const reserve = (await this.at(block)).find((one) => one.asset.address === token);
    if (reserve === undefined) throw new ReadFailed('reserve', token, 'a token that the pool lists');
    return reserve.asset;
  }

  private async list(block: Pinned): Promise<readonly Address[]> {
    const call = callOf(this.book.aaveV3.pool, aavePoolAbi, 'getReservesList');
    const list = decodeAs(aavePoolAbi, 'getReservesList', z.tuple([z.array(anAddress)]), await this.client.callAt(block, call.to, call.data))[0];
    if (!this.baseUnitChecked) await this.checkBaseUnit(block);
    const unnamed = list.filter((asset) => !this.symbols.has(asset));
    if (unnamed.length > 0) await this.readSymbols(block, unnamed);
    return list;
  }

  private callsFor(asset: Address) {
    const { pool, oracle } = this.book.aaveV3;
    return [
      callOf(pool, aavePoolAbi, 'getReserveData', [asset]),
      callOf(oracle, aaveOracleAbi, 'getAssetPrice', [asset]),
      callOf(oracle, aaveOracleAbi, 'getSourceOfAsset', [asset]),
      callOf(this.sources.get(asset) ?? oracle, chainlinkFeedAbi, 'latestRoundData'),
    ];
  }

  /** Each asset's feed and its newest round; asks again where the oracle's source is not the one remembered. */
  private async feeds(block: Pinned, list: readonly Address[], answers: readonly CallResult[]): Promise<readonly Feed[]> {
    const sources = list.map((_, index) => decodeResult(aaveOracleAbi, 'getSourceOfAsset', z.tuple([anAddress]), answers[index * PER_RESERVE + 2])[0]);
    const moved = list.flatMap((asset, index) => (this.sources.get(asset) === sources[index] ? [] : [{ asset, index }]));
    const again = await this.client.multicall(block, moved.map(({ index }) => callOf(sources[index] as Address, chainlinkFeedAbi, 'latestRoundData')));
    for (const { asset, index } of moved) this.sources.set(asset, sources[index] as Address);
    return list.map((asset, index) => {
      const place = moved.findIndex((one) => one.asset === asset);
      return { source: sources[index] as Address, round: place === -1 ? answers[index * PER_RESERVE + 3] : again[place] };
    });
  }

  private async readSymbols(block: Pinned, tokens: readonly Address[]): Promise<void> {
    const answers = await this.client.multicall(block, tokens.map((token) => callOf(token, erc20Abi, 'symbol')));
    tokens.forEach((token, index) => {
      const answer = answers[index];
      const symbol = answer?.kind === 'ok' ? readable(answer.data) : null;
      // Some old tokens give their symbol in another form: the address then stands for it.
      this.symbols.set(token, symbol ?? `${token.slice(0, 6)}…${token.slice(-4)}`);
    });
  }

  private async checkBaseUnit(block: Pinned): Promise<void> {
    const call = callOf(this.book.aaveV3.oracle, aaveOracleAbi, 'BASE_CURRENCY_UNIT');
    const [unit] = decodeAs(aaveOracleAbi, 'BASE_CURRENCY_UNIT', oneUint, await this.client.callAt(block, call.to, call.data));
    if (unit !== USD_E8) throw new ReadFailed('the oracle\'s base currency unit', unit.toString(), `${USD_E8} (US dollars with 8 decimals)`);
    this.baseUnitChecked = true;
  }
}

interface Feed {
  readonly source: Address;
  readonly round: CallResult | undefined;
}

/** What the oracle says, with the age that its feed tells. A feed that tells no usable round leaves the age unknown. */
function oraclePrice(answer: CallResult | undefined, feed: Feed | undefined): OraclePrice {
  if (answer === undefined || feed === undefined) throw new ReadFailed('oracle', 'no answer', 'one answer for each reserve');
  if (answer.kind === 'reverted') return { kind: 'no-price', source: feed.source };
  const [price] = decodeAs(aaveOracleAbi, 'getAssetPrice', oneUint, answer.data);
  if (price === 0n) return { kind: 'no-price', source: feed.source };
  return { kind: 'price', usdE8: usdE8(price), updatedAt: updatedAt(feed.round), source: feed.source };
}

/** Null where the source tells no time, or tells no price: then the oracle's figure comes from its fallback. */
function updatedAt(round: CallResult | undefined): bigint | null {
  if (round === undefined || round.kind === 'reverted' || round.data === '0x') return null;
  const latest = decodeAs(chainlinkFeedAbi, 'latestRoundData', roundData, round.data);
  return latest.answer > 0n && latest.updatedAt > 0n ? latest.updatedAt : null;
}

function readable(data: `0x${string}`): string | null {
  try {
    const [symbol] = decodeAs(erc20Abi, 'symbol', z.tuple([z.string().min(1).max(32)]), data);
    return symbol;
  } catch {
    return null;
  }
}
