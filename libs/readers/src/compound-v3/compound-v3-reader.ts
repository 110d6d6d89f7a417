import { callOf, cometAbi, decodeAs, decodeResult, ReadFailed, type Call, type CallResult, type ChainBook, type ReadClient } from '@ballast/connectors';
import { accrueCometIndex, type BlockRef, type CometHolding, type CometLoan, type CometPauses, type CometPrice } from '@ballast/positions';
import { address, hash32, rawAmount, type Address } from '@ballast/units';
import { z } from 'zod';
import { Tokens } from '../tokens.js';

const SOURCE = 'compound-v3';
const uint = z.bigint();
const one = z.tuple([uint]).transform(([value]) => value);
const anAddress = z.string().transform(address);
const oneAddress = z.tuple([anAddress]).transform(([value]) => value);
const flag = z.tuple([z.boolean()]).transform(([value]) => value);
const infoShape = z.tuple([uint, anAddress, anAddress, uint.refine((scale) => scale > 0n, 'a scale above zero'), uint, uint, uint, uint])
  .transform(([offset, asset, priceFeed, scale, borrowCollateralFactor, liquidateCollateralFactor, liquidationFactor, supplyCap]) => ({ offset, asset, priceFeed, scale, borrowCollateralFactor, liquidateCollateralFactor, liquidationFactor, supplyCap }));
const totalsShape = z.tuple([uint.refine((index) => index > 0n, 'an index above zero'), uint, uint, uint, uint, uint, uint, uint]).transform(([supplyIndex, , , , , , lastAccrualTime]) => ({ supplyIndex, lastAccrualTime }));
const basicShape = z.tuple([z.bigint(), uint, uint, uint, uint]).transform(([, , , assetsIn, furtherAssetsIn]) => ({ held: assetsIn | (furtherAssetsIn << 16n) }));
const collateralShape = z.tuple([uint, uint]).transform(([balance]) => balance);

type AssetInfo = z.output<typeof infoShape>;

/** What a Comet says of itself, before its assets are asked for. */
interface Head {
  readonly comet: Address;
  readonly base: Address;
  readonly baseFeed: Address;
  readonly baseScale: bigint;
  readonly numAssets: bigint;
  readonly totals: z.output<typeof totalsShape>;
  readonly utilization: bigint;
  readonly paused: CometPauses;
}

interface Market extends Pick<CometLoan, 'comet' | 'base' | 'baseScale' | 'basePrice' | 'supplyIndex' | 'paused'> {
  /** By their bit in what an account holds. */
  readonly assets: readonly (Omit<CometHolding, 'amount'> & { readonly bit: bigint })[];
}

/** Reads accounts of Compound III at every Comet of the address book, with interest up to the block. `now` is the wall clock in milliseconds. */
export class CompoundV3Reader {
  private readonly tokens: Tokens;
  private readonly comets: readonly Address[];

  /** @throws ReadFailed where the address book has no Comet */
  constructor(private readonly client: ReadClient, book: ChainBook, private readonly now: () => number) {
    if (book.compoundV3 === undefined) throw new ReadFailed('address book', `no Comet on ${book.name}`, 'compoundV3.comets');
    this.comets = book.compoundV3.comets;
    this.tokens = new Tokens(client, book);
  }

  /**
   * Every account at every Comet at `block`: account by account in the order asked for, Comet by Comet in the address book's, also where there is neither debt nor collateral.
   * All or nothing. @throws ReadFailed
   */
  async read(accounts: readonly Address[], block: BlockRef): Promise<readonly CometLoan[]> {
    if (accounts.length === 0) return [];
    const places = accounts.flatMap((account) => this.comets.map((comet) => ({ account, comet })));
    const [markets, basics] = await Promise.all([
      this.markets(block),
      this.client.multicall(block, places.flatMap(({ account, comet }) => [callOf(comet, cometAbi, 'userBasic', [account]), callOf(comet, cometAbi, 'borrowBalanceOf', [account])])),
    ]);
    const found = places.map(({ account, comet }, index) => {
      const { assets, ...market } = markets.get(comet) as Market;
      const { held } = decodeResult(cometAbi, 'userBasic', basicShape, basics[index * 2]);
      return { account, market, baseDebt: rawAmount(decodeResult(cometAbi, 'borrowBalanceOf', one, basics[index * 2 + 1])), held: assets.filter(({ bit }) => (held >> bit) & 1n) };
    });
    const balances = new Queue(await this.client.multicall(block, found.flatMap(({ account, market, held }) => held.map(({ asset }) => callOf(market.comet, cometAbi, 'userCollateral', [account, asset.address])))));
    const provenance = { chainId: this.client.chainId, blockNumber: block.number, blockHash: hash32(block.hash), blockTimestamp: block.timestamp, observedAt: this.now(), source: SOURCE };
    return found.map(({ account, market, baseDebt, held }): CometLoan => ({
      account, provenance, ...market, baseDebt, holdings: held.map(({ bit: _, ...asset }) => ({ ...asset, amount: rawAmount(decodeResult(cometAbi, 'userCollateral', collateralShape, balances.next())) })),
    }));
  }

  /** A Comet may be upgraded and its collaterals changed at any block, so nothing is kept but the tokens' decimals. */
  private async markets(block: BlockRef): Promise<ReadonlyMap<Address, Market>> {
    const heads = await this.heads(block);
    const infos = await this.infos(heads, block);
    const listed = infos.flatMap(({ comet, assets }) => assets.map((info) => ({ comet, info })));
    const answers = new Queue(await this.client.multicall(block, listed.flatMap(({ comet, info }) => [callOf(comet, cometAbi, 'getPrice', [info.priceFeed]), callOf(comet, cometAbi, 'totalsCollateral', [info.asset])])));
    const tokens = await this.tokens.assets(block, [...heads.map(({ base }) => base), ...listed.map(({ info }) => info.asset)]);
    const tokenOf = (wanted: Address) => tokens.find((token) => token.address === wanted) as (typeof tokens)[number];
    return new Map(heads.map((head, index) => {
      const { assets, supplyRate, basePrice } = infos[index] as (typeof infos)[number];
      const market: Market = {
        comet: head.comet, base: tokenOf(head.base), baseScale: head.baseScale, basePrice, paused: head.paused,
        supplyIndex: accrueCometIndex(head.totals.supplyIndex, supplyRate, block.timestamp - head.totals.lastAccrualTime),
        assets: assets.map(({ offset, asset, priceFeed: _, supplyCap, ...info }) => {
          const [price, totals] = [priceIn(answers.next()), answers.next()];
          return { ...info, bit: offset, asset: tokenOf(asset), price, supplyCap: rawAmount(supplyCap), totalSupplied: rawAmount(decodeResult(cometAbi, 'totalsCollateral', collateralShape, totals)) };
        }),
      };
      return [head.comet, market];
    }));
  }

  private async heads(block: BlockRef): Promise<readonly Head[]> {
    const names = ['baseToken', 'baseTokenPriceFeed', 'baseScale', 'numAssets', 'totalsBasic', 'getUtilization', 'isSupplyPaused', 'isWithdrawPaused', 'isAbsorbPaused', 'isBaseSupplyPaused', 'isCollateralSupplyPaused'];
    const answers = new Queue(await this.client.multicall(block, this.comets.flatMap((comet) => names.map((name) => callOf(comet, cometAbi, name)))));
    return this.comets.map((comet) => ({
      comet,
      base: decodeResult(cometAbi, 'baseToken', oneAddress, answers.next()), baseFeed: decodeResult(cometAbi, 'baseTokenPriceFeed', oneAddress, answers.next()),
      baseScale: decodeResult(cometAbi, 'baseScale', one.refine((scale) => scale > 0n, 'a scale above zero'), answers.next()), numAssets: decodeResult(cometAbi, 'numAssets', one, answers.next()),
      totals: decodeResult(cometAbi, 'totalsBasic', totalsShape, answers.next()), utilization: decodeResult(cometAbi, 'getUtilization', one, answers.next()),
      paused: {
        supply: decodeResult(cometAbi, 'isSupplyPaused', flag, answers.next()), withdraw: decodeResult(cometAbi, 'isWithdrawPaused', flag, answers.next()), absorb: decodeResult(cometAbi, 'isAbsorbPaused', flag, answers.next()),
        baseSupply: newerFlag('isBaseSupplyPaused', answers.next()), collateralSupply: newerFlag('isCollateralSupplyPaused', answers.next()),
      },
    }));
  }

  private async infos(heads: readonly Head[], block: BlockRef) {
    const places = heads.map(({ numAssets }) => Array.from({ length: Number(numAssets) }, (_, place) => place));
    const calls = heads.flatMap(({ comet, baseFeed, utilization }, index): Call[] => [
      callOf(comet, cometAbi, 'getSupplyRate', [utilization]), callOf(comet, cometAbi, 'getPrice', [baseFeed]),
      ...(places[index] ?? []).flatMap((place) => [callOf(comet, cometAbi, 'getAssetInfo', [place]), callOf(comet, cometAbi, 'isCollateralAssetSupplyPaused', [place])]),
    ]);
    const answers = new Queue(await this.client.multicall(block, calls));
    return heads.map(({ comet }, index) => ({
      comet, supplyRate: decodeResult(cometAbi, 'getSupplyRate', one, answers.next()), basePrice: priceIn(answers.next()),
      assets: (places[index] ?? []).map((): AssetInfo & { readonly supplyPaused: boolean } => ({
        ...decodeResult(cometAbi, 'getAssetInfo', infoShape, answers.next()), supplyPaused: newerFlag('isCollateralAssetSupplyPaused', answers.next()),
      })),
    }));
  }
}

/** Answers in the order in which they were asked for. */
class Queue {
  private taken = 0;
  constructor(private readonly answers: readonly CallResult[]) {}
  next(): CallResult | undefined {
    return this.answers[this.taken++];
  }
}

/** Comet itself reverts for a feed that has no price above zero. */
function priceIn(answer: CallResult | undefined): CometPrice {
  if (answer === undefined) throw new ReadFailed('getPrice', 'no result', 'one result for each call');
  return answer.kind === 'ok' ? { kind: 'price', e8: decodeAs(cometAbi, 'getPrice', one, answer.data) } : { kind: 'no-price' };
}

/** A Comet that does not know the switch reverts without data: it has none to be off. A revert that says why is no answer. */
function newerFlag(name: string, answer: CallResult | undefined): boolean {
  return answer?.kind === 'reverted' && answer.data === '0x' ? false : decodeResult(cometAbi, name, flag, answer);
}
