import { AbiCoder, keccak256 } from 'ethers';
import { z } from 'zod';
import { RouteQuotes, bestQuote, callOf, decodeResult, type ChainBook, type ReadClient } from '@ballast/connectors';
import { BREAKERS, HEARTBEATS, UNKNOWN, bad, judgeFeedAge, judgeNewPrint, judgePriceGap, type Finding, type PriceFacts, type StopScope } from '@ballast/policy';
import type { Asset, BlockRef, CollateralLeg, DebtLeg, MarketPrice, PriceHistory } from '@ballast/positions';
import { MarketPrices, type DollarPrices } from '@ballast/readers';
import { NO_PRINTS, STABLE_SYMBOLS, type PrintMemory } from '@ballast/risk';
import type { SoldPair } from '@ballast/storage';
import { mulDivDown, mulDivUp, oneToken, rawAmount, usdE8, type UsdE8 } from '@ballast/units';
import { keepers } from '../keepers.js';
import type { Look, Looked, Moment } from './look.js';
import type { SoldPairs } from './sold-pairs.js';

const pinned = z.tuple([z.string(), z.string(), z.bigint(), z.bigint()]).transform(([, , heartbeat]) => heartbeat);
const pairFeeds = z.tuple([z.tuple([z.string(), pinned, pinned])]).transform(([[, collateral, debt]]) => ({ collateral, debt }));

/** A loan that nobody has read for longer, by our own clock, tells nothing of a price now. */
const READ_WITHIN_MS = 60_000;
/** How far back a process that begins anew looks for what it must have believed. */
const LOOK_BACK_SECONDS = 86_400n;
/** A sale worth this much moves no market that a rescue could be sold in. */
const SPOT_USD_E8 = 10_000_000_000n;
const SPOT_GOOD_FOR_SECONDS = 60n;
/** Tokens over which a sale may go, as the fill finder takes them. */
const VIA = ['WETH', 'USDC', 'DAI'];

type Leg = CollateralLeg | DebtLeg;

/** One price that a sale rests on, and the other one of the same sale. */
interface Watched {
  readonly pair: SoldPair;
  readonly leg: Leg;
  readonly other: Leg;
  readonly heartbeatSeconds: bigint;
}

export interface PriceLookParts {
  readonly client: ReadClient;
  readonly book: ChainBook;
  readonly pairs: SoldPairs;
  readonly history: PriceHistory;
  /** What Aave's oracle says: another source for every other protocol. */
  readonly dollars: DollarPrices;
}

/** The prices that signed sales rest on: how old they are, how far from the market, and whether a new one may be believed. */
export class PriceLook implements Look {
  readonly of = 'the prices that sales rest on';
  private readonly markets: MarketPrices;
  private readonly routes: RouteQuotes | null;
  private readonly heartbeats = new Map<string, { readonly collateral: bigint; readonly debt: bigint }>();
  private readonly memories = new Map<string, PrintMemory>();

  constructor(private readonly parts: PriceLookParts) {
    const { client, book } = parts;
    this.markets = new MarketPrices(client, book);
    this.routes = book.uniswapV3 === undefined ? null : new RouteQuotes(client, book.uniswapV3, VIA.flatMap((symbol) => book.tokens.find((token) => token.symbol === symbol)?.address ?? []));
  }

  async look(moment: Moment): Promise<readonly Looked[]> {
    const { block } = moment;
    const pairs = await this.parts.pairs.withLoans();
    const watched = (await Promise.all(pairs.map((pair) => this.watchedOf(pair, block)))).flat();
    const found = await Promise.all(watched.map((one) => this.judge(one, moment)));
    return found.flat();
  }

  /** Both prices of a pair; a pair whose loan no longer holds one of the two has no sale to make. */
  private async watchedOf(pair: SoldPair, block: BlockRef): Promise<readonly Watched[]> {
    const { position } = pair;
    const collateral = position.collaterals.find((leg) => leg.asset.address === pair.collateral);
    const debt = position.debts.find((leg) => leg.asset.address === pair.debt);
    if (collateral === undefined || debt === undefined) return [];
    const beats = await this.heartbeatsOf(pair, block);
    const beatOf = ({ asset }: Leg, beat: bigint): bigint => (beat > 0n ? beat : STABLE_SYMBOLS.includes(asset.symbol) ? HEARTBEATS.stable : HEARTBEATS.risky);
    return [
      { pair, leg: collateral, other: debt, heartbeatSeconds: beatOf(collateral, beats.collateral) },
      { pair, leg: debt, other: collateral, heartbeatSeconds: beatOf(debt, beats.debt) },
    ];
  }

  /** As the keepers contract pins them, which never changes; zero where it prices no such pair. */
  private async heartbeatsOf({ keepers: at, place, collateral, debt }: SoldPair, block: BlockRef): Promise<{ readonly collateral: bigint; readonly debt: bigint }> {
    const id = place.guard === 'MorphoGuard' ? place.marketId : keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'address'], [collateral, debt]));
    const key = `${at} ${id}`;
    const known = this.heartbeats.get(key);
    if (known !== undefined) return known;
    const [answer] = await this.parts.client.multicall(block, [callOf(at, keepers, 'feedsOf', [id])]);
    const beats = decodeResult(keepers, 'feedsOf', pairFeeds, answer);
    this.heartbeats.set(key, beats);
    return beats;
  }

  private async judge(one: Watched, { block, own }: Moment): Promise<readonly Looked[]> {
    const { pair, leg } = one;
    const scope: StopScope = { kind: 'asset', chainId: this.parts.client.chainId, protocol: pair.protocol, asset: leg.asset.address };
    const as = (rule: Looked['rule'], finding: Finding): Looked => ({ rule, scope, finding });
    const unreadMs = Number(own) * 1000 - pair.position.provenance.observedAt;
    if (unreadMs > READ_WITHIN_MS) return [as(BREAKERS.feedAge, bad(`no loan with ${leg.asset.symbol} was read for ${Math.floor(unreadMs / 1000)} seconds`)), as(BREAKERS.priceGap, UNKNOWN), as(BREAKERS.absurdPrint, UNKNOWN)];
    const facts: PriceFacts = {
      symbol: leg.asset.symbol, price: leg.price, now: block.timestamp, heartbeatSeconds: one.heartbeatSeconds, hourlyVolatility: pair.hourlyVolatility,
      isStable: STABLE_SYMBOLS.includes(leg.asset.symbol), sources: await this.sourcesOf(leg.asset, block),
    };
    return [as(BREAKERS.feedAge, judgeFeedAge(facts)), as(BREAKERS.priceGap, judgePriceGap(facts)), as(BREAKERS.absurdPrint, await this.printOf(one, facts, block))];
  }

  /** Null where the address book names none. */
  private async sourcesOf({ address: asset }: Asset, block: BlockRef): Promise<readonly MarketPrice[] | null> {
    const named = this.parts.book.marketSources?.find((one) => one.asset === asset);
    if (named === undefined) return null;
    return (await this.markets.read(asset, named.sources, block)).flatMap((reading) => (reading.kind === 'price' ? [reading.price] : []));
  }

  private async printOf(one: Watched, facts: PriceFacts, block: BlockRef): Promise<Finding> {
    const key = keyOf(one.pair, one.leg);
    const before = this.memories.get(key) ?? (await this.rememberedOf(one, facts));
    const others = [...(facts.sources ?? []), ...(await this.elsewhere(one, block))];
    const first = judgeNewPrint(before, { ...facts, sources: others });
    // Asked only where it matters: what the market gives in which the collateral would be sold.
    const spot = first.finding.kind === 'bad' ? await this.spotOf(one, before, block) : null;
    const judged = spot === null ? first : judgeNewPrint(before, { ...facts, sources: [...others, spot] });
    this.memories.set(key, judged.memory);
    return judged.finding;
  }

  /** What a process that had been running all the time would remember: yesterday's prices, judged one after the other. */
  private async rememberedOf({ pair, leg }: Watched, facts: PriceFacts): Promise<PrintMemory> {
    if (pair.protocol !== 'aave-v3' || leg.price.kind === 'no-price') return NO_PRINTS;
    const { source, updatedAt } = leg.price;
    const ticks = await this.parts.history.since(this.parts.client.chainId, leg.asset.address, facts.now - LOOK_BACK_SECONDS);
    const earlier = ticks.filter(({ at }) => updatedAt === null || at < updatedAt);
    return earlier.reduce<PrintMemory>((memory, { usdE8: price, at }) => judgeNewPrint(memory, { ...facts, price: { kind: 'price', usdE8: price, updatedAt: at, source }, now: at, sources: null }).memory, NO_PRINTS);
  }

  /** Aave's price of the token, for a protocol that has one of its own. */
  private async elsewhere({ pair, leg, heartbeatSeconds }: Watched, block: BlockRef): Promise<readonly MarketPrice[]> {
    if (pair.protocol === 'aave-v3') return [];
    const price = await this.parts.dollars.of(leg.asset.address, block);
    if (price.kind === 'no-price' || price.updatedAt === null) return [];
    return [{ name: 'Aave', origin: price.source, usdE8: price.usdE8, at: price.updatedAt, windowSeconds: 0n, goodForSeconds: (heartbeatSeconds * 5n) / 4n, depthUsdE8: null }];
  }

  /**
   * What the market would give now, in dollars by the other token's price. Null where there is no market, or where the other token's own price is not believed: then
   * the one would only repeat what the other says.
   */
  private async spotOf({ pair, leg, other }: Watched, memory: PrintMemory, block: BlockRef): Promise<MarketPrice | null> {
    const otherMemory = this.memories.get(keyOf(pair, other));
    if (this.routes === null || leg.price.kind === 'no-price' || other.price.kind === 'no-price' || (otherMemory !== undefined && otherMemory.held !== null)) return null;
    const isSold = leg.asset.address === pair.collateral;
    const [sold, bought] = isSold ? [leg, other] : [other, leg];
    const believed = isSold ? (memory.accepted?.usdE8 ?? leg.price.usdE8) : other.price.usdE8;
    const amount = rawAmount(mulDivUp(SPOT_USD_E8, oneToken(sold.asset.decimals), believed));
    const [quotes = []] = await this.routes.quotes(block, sold.asset.address, bought.asset.address, [amount]);
    const best = bestQuote(quotes, () => 0n);
    if (best === null) return null;
    const price = isSold ? valueOf(best.amountOut, bought.asset, other.price.usdE8, amount, sold.asset) : valueOf(amount, sold.asset, other.price.usdE8, best.amountOut, bought.asset);
    return price === 0n ? null : { name: 'the market it is sold in', origin: `spot ${best.path}`, usdE8: usdE8(price), at: block.timestamp, windowSeconds: 0n, goodForSeconds: SPOT_GOOD_FOR_SECONDS, depthUsdE8: null };
  }
}

const keyOf = ({ protocol, position }: SoldPair, { asset }: Leg): string => `${protocol} ${position.marketId ?? ''} ${asset.address}`;

/** Dollars with 8 decimals for one of `of`, where `for` of it is worth `amount` of `asset` at `price`; rounded down. */
const valueOf = (amount: bigint, asset: Asset, price: UsdE8, forAmount: bigint, of: Asset): bigint => mulDivDown(mulDivDown(amount, price, oneToken(asset.decimals)), oneToken(of.decimals), forAmount);

