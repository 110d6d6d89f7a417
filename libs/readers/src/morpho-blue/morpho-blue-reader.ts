import { callOf, decodeAs, decodeResult, morphoBlueAbi, morphoIrmAbi, morphoOracleAbi, ReadFailed, type ChainBook, type ReadClient } from '@ballast/connectors';
import { accrueMorpho, type BlockRef, type MorphoLoan, type MorphoMarketSums, type MorphoMarketTerms, type MorphoPrice } from '@ballast/positions';
import { address, hash32, rawAmount, wad, type Address, type Hash32 } from '@ballast/units';
import { z } from 'zod';
import { Tokens } from '../tokens.js';
import type { MarketParts } from './trusted-markets.js';

const SOURCE = 'morpho-blue';
const NOBODY = `0x${'0'.repeat(40)}`;
const uint = z.bigint();
const anAddress = z.string().transform(address);
const paramsShape = z.tuple([anAddress, anAddress, anAddress, anAddress, uint]).transform(([loan, collateral, oracle, irm, lltv]) => ({ loan, collateral, oracle, irm, lltv }));
const sumsShape = z.tuple([uint, uint, uint, uint, uint, uint])
  .transform(([supplyAssets, supplyShares, borrowAssets, borrowShares, lastUpdate, fee]): MorphoMarketSums => ({ supplyAssets, supplyShares, borrowAssets, borrowShares, lastUpdate, fee }));
const positionShape = z.tuple([uint, uint, uint]).transform(([supplyShares, borrowShares, collateral]) => ({ supplyShares, borrowShares, collateral }));

/** One account in one market. */
export interface MorphoPlace {
  readonly account: Address;
  readonly marketId: Hash32;
}

/** What an account has in one market. */
export interface MorphoHolding extends MorphoPlace {
  readonly collateral: MorphoLoan['collateral'];
  readonly borrowShares: bigint;
}

/** A market at one block. */
export interface MorphoMarket {
  readonly terms: MorphoMarketTerms;
  readonly sums: MorphoMarketSums;
  readonly price: MorphoPrice;
}

/** Reads loans of Morpho Blue with interest up to the block. `now` is the wall clock in milliseconds. */
export class MorphoBlueReader {
  private readonly tokens: Tokens;
  private readonly terms = new Map<Hash32, MorphoMarketTerms>();
  readonly morpho: Address;

  /** @throws ReadFailed where the address book has no Morpho */
  constructor(private readonly client: ReadClient, book: ChainBook, private readonly now: () => number) {
    if (book.morpho === undefined) throw new ReadFailed('address book', `no Morpho on ${book.name}`, 'morpho.address');
    this.morpho = book.morpho.address;
    this.tokens = new Tokens(client, book);
  }

  /** Every place at `block`, in the order asked for. All or nothing. @throws ReadFailed, also for a market that is not there */
  async read(places: readonly MorphoPlace[], block: BlockRef): Promise<readonly MorphoLoan[]> {
    if (places.length === 0) return [];
    const ids = [...new Set(places.map(({ marketId }) => marketId))];
    const [markets, holdings] = await Promise.all([this.markets(ids, block), this.holdings(places, block)]);
    return holdings.map((holding) => this.loanOf(holding, markets, block));
  }

  /** What the accounts have in their markets: it changes only when somebody does something for them. In the order asked for. @throws ReadFailed */
  async holdings(places: readonly MorphoPlace[], block: BlockRef): Promise<readonly MorphoHolding[]> {
    const positions = await this.client.multicall(block, places.map(({ account, marketId }) => callOf(this.morpho, morphoBlueAbi, 'position', [marketId, account])));
    return places.map((place, index) => {
      const { collateral, borrowShares } = decodeResult(morphoBlueAbi, 'position', positionShape, positions[index]);
      return { ...place, collateral: rawAmount(collateral), borrowShares };
    });
  }

  /** The holding as a loan at the block. Its market must be among `markets`, read at the same block. */
  loanOf({ account, marketId, collateral, borrowShares }: MorphoHolding, markets: ReadonlyMap<Hash32, MorphoMarket>, block: BlockRef): MorphoLoan {
    const provenance = { chainId: this.client.chainId, blockNumber: block.number, blockHash: hash32(block.hash), blockTimestamp: block.timestamp, observedAt: this.now(), source: SOURCE };
    return { account, morpho: this.morpho, ...(markets.get(marketId) as MorphoMarket), provenance, collateral, borrowShares };
  }

  /** The markets' sums and prices with interest up to the block. @throws ReadFailed, also for a market that is not there */
  async markets(ids: readonly Hash32[], block: BlockRef): Promise<ReadonlyMap<Hash32, MorphoMarket>> {
    const terms = await this.termsOf(ids, block);
    const answers = await this.client.multicall(block, terms.flatMap(({ id, oracle }) => [callOf(this.morpho, morphoBlueAbi, 'market', [id]), callOf(oracle, morphoOracleAbi, 'price')]));
    const found = terms.map((one, index) => {
      const price = answers[index * 2 + 1];
      const scaled = price?.kind === 'ok' && price.data !== '0x' ? decodeAs(morphoOracleAbi, 'price', z.tuple([uint]), price.data)[0] : 0n;
      return { terms: one, stored: decodeResult(morphoBlueAbi, 'market', sumsShape, answers[index * 2]), price: scaled === 0n ? { kind: 'no-price' as const } : { kind: 'price' as const, scaled } };
    });
    const accruing = found.filter(({ terms: { irm } }) => irm !== NOBODY);
    const rates = await this.client.multicall(block, accruing.map(({ terms: one, stored }) => callOf(one.irm, morphoIrmAbi, 'borrowRateView', [paramsOf(one), wireSums(stored)])));
    const rateOf = new Map(accruing.map(({ terms: { id } }, index) => [id, decodeResult(morphoIrmAbi, 'borrowRateView', z.tuple([uint]), rates[index])[0]]));
    return new Map(found.map(({ terms: one, stored, price }) => [one.id, { terms: one, price, sums: accrueMorpho(stored, rateOf.get(one.id) ?? 0n, block.timestamp) }]));
  }

  /** What the markets are made of, in the order of the ids; nothing but Morpho is asked. @throws ReadFailed, also for a market that is not there */
  async partsOf(ids: readonly Hash32[], block: BlockRef): Promise<readonly (MarketParts & { readonly lltv: bigint })[]> {
    const answers = await this.client.multicall(block, ids.map((id) => callOf(this.morpho, morphoBlueAbi, 'idToMarketParams', [id])));
    return ids.map((id, index) => {
      const found = decodeResult(morphoBlueAbi, 'idToMarketParams', paramsShape, answers[index]);
      if (found.loan === NOBODY) throw new ReadFailed('idToMarketParams', `no market ${id}`, 'a market that was created');
      return { id, ...found };
    });
  }

  /** The markets' terms, in the order of the ids. They never change, so they are asked for once. @throws ReadFailed, also for a market that is not there */
  async termsOf(ids: readonly Hash32[], block: BlockRef): Promise<readonly MorphoMarketTerms[]> {
    const unknown = ids.filter((id) => !this.terms.has(id));
    const params = await this.partsOf(unknown, block);
    const assets = await this.tokens.assets(block, params.flatMap(({ loan, collateral }) => [loan, collateral]));
    params.forEach(({ id, oracle, irm, lltv }, index) => this.terms.set(id, { id, loan: assets[index * 2] as MorphoMarketTerms['loan'], collateral: assets[index * 2 + 1] as MorphoMarketTerms['collateral'], oracle, irm, lltv: wad(lltv) }));
    return ids.map((id) => this.terms.get(id) as MorphoMarketTerms);
  }
}

const paramsOf = ({ loan, collateral, oracle, irm, lltv }: MorphoMarketTerms) => [loan.address, collateral.address, oracle, irm, lltv];
const wireSums = ({ supplyAssets, supplyShares, borrowAssets, borrowShares, lastUpdate, fee }: MorphoMarketSums) => [supplyAssets, supplyShares, borrowAssets, borrowShares, lastUpdate, fee];
