import { address, rawAmount, type Address, type RawAmount } from '@ballast/units';
import { Interface } from 'ethers';
import { z } from 'zod';
import { callOf, decodeResult } from '../evm/decode.js';
import type { Call, CallResult } from '../evm/call.js';
import type { Pinned, ReadClient } from '../evm/read-client.js';
import type { Hex } from '../evm/wire.js';

const factoryAbi = new Interface(['function getPool(address tokenA, address tokenB, uint24 fee) view returns (address)']);
const quoterAbi = new Interface([
  'function quoteExactInput(bytes path, uint256 amountIn) returns (uint256 amountOut, uint160[] sqrtPriceX96AfterList, uint32[] initializedTicksCrossedList, uint256 gasEstimate)',
]);
const poolAnswer = z.tuple([z.string().transform(address)]);
const quoteAnswer = z.tuple([z.bigint(), z.array(z.bigint()), z.array(z.bigint()), z.bigint()]).transform(([amountOut, , , gas]) => ({ amountOut: rawAmount(amountOut), gas }));
const NO_POOL = address(`0x${'0'.repeat(40)}`);

/** Fee tiers in hundredths of a basis point: 500 = 0.05%. */
export const FEE_TIERS = [100, 500, 3000, 10_000] as const;
/** Quotes in one request: each walks a pool's price curve, and nodes limit the gas of a call. */
const QUOTES_A_REQUEST = 40;
/** Pools once found stay; how often a pair without one is looked at again, in blocks. */
const LOOK_AGAIN_BLOCKS = 300n;

/** What one route gives for an amount at the block. */
export interface RouteQuote {
  /** Uniswap v3 path from the token that is sold: token, fee, token, and so on. */
  readonly path: Hex;
  readonly amountIn: RawAmount;
  readonly amountOut: RawAmount;
  /** The quoter's estimate for the swap alone. */
  readonly gas: bigint;
}

interface Hop {
  readonly from: Address;
  readonly to: Address;
  readonly fee: number;
}

/** Prices sales along every route of one hop, or of two over one of `via`, through pools that exist. */
export class RouteQuotes {
  private readonly pools = new Map<string, { readonly fees: readonly number[]; readonly at: bigint }>();

  constructor(private readonly client: ReadClient, private readonly uniswap: { readonly factory: Address; readonly quoter: Address }, private readonly via: readonly Address[]) {}

  /**
   * For each amount what every route would bring, all at the same block, in no order; a route whose pools cannot pay is left out.
   * @throws ReadFailed when the quoter does not answer as expected
   */
  async quotes(block: Pinned & { readonly number: bigint }, sold: Address, bought: Address, amounts: readonly RawAmount[]): Promise<readonly (readonly RouteQuote[])[]> {
    const paths = (await this.routes(block, sold, bought)).map(pathOf);
    const asked = amounts.flatMap((amountIn) => paths.map((path) => ({ path, amountIn })));
    const answers = await this.inParts(block, asked.map(({ path, amountIn }) => callOf(this.uniswap.quoter, quoterAbi, 'quoteExactInput', [path, amountIn])));
    return amounts.map((_, index) =>
      paths.flatMap((path, place) => {
        const at = index * paths.length + place;
        const answer = answers[at];
        if (answer?.kind !== 'ok') return [];
        const { amountOut, gas } = decodeResult(quoterAbi, 'quoteExactInput', quoteAnswer, answer);
        return amountOut === 0n ? [] : [{ path, amountIn: asked[at]?.amountIn ?? rawAmount(0n), amountOut, gas }];
      }),
    );
  }

  /** One hop, then two. */
  private async routes(block: Pinned & { readonly number: bigint }, sold: Address, bought: Address): Promise<readonly (readonly Hop[])[]> {
    const between = this.via.filter((token) => token !== sold && token !== bought);
    const pairs: readonly (readonly [Address, Address])[] = [[sold, bought], ...between.flatMap((token) => [[sold, token], [token, bought]] as const)];
    await this.findPools(block, pairs);
    const hops = (from: Address, to: Address): readonly Hop[] => (this.pools.get(keyOf(from, to))?.fees ?? []).map((fee) => ({ from, to, fee }));
    return [
      ...hops(sold, bought).map((hop) => [hop]),
      ...between.flatMap((token) => hops(sold, token).flatMap((first) => hops(token, bought).map((second) => [first, second]))),
    ];
  }

  private async findPools(block: Pinned & { readonly number: bigint }, pairs: readonly (readonly [Address, Address])[]): Promise<void> {
    const unknown = pairs.filter(([a, b]) => {
      const known = this.pools.get(keyOf(a, b));
      return known === undefined || (known.fees.length < FEE_TIERS.length && block.number >= known.at + LOOK_AGAIN_BLOCKS);
    });
    if (unknown.length === 0) return;
    const answers = await this.client.multicall(block, unknown.flatMap(([a, b]) => FEE_TIERS.map((fee) => callOf(this.uniswap.factory, factoryAbi, 'getPool', [a, b, fee]))));
    unknown.forEach(([a, b], index) => {
      const fees = FEE_TIERS.filter((_, place) => decodeResult(factoryAbi, 'getPool', poolAnswer, answers[index * FEE_TIERS.length + place])[0] !== NO_POOL);
      this.pools.set(keyOf(a, b), { fees, at: block.number });
    });
  }

  private async inParts(block: Pinned, calls: readonly Call[]): Promise<readonly CallResult[]> {
    const results: CallResult[] = [];
    for (let start = 0; start < calls.length; start += QUOTES_A_REQUEST) results.push(...(await this.client.multicall(block, calls.slice(start, start + QUOTES_A_REQUEST))));
    return results;
  }
}

/** The quote that brings most once its gas is paid, with `gasCost` in units of what is bought; null where there is none. */
export function bestQuote(quotes: readonly RouteQuote[], gasCost: (gas: bigint) => bigint): RouteQuote | null {
  const net = (quote: RouteQuote): bigint => quote.amountOut - gasCost(quote.gas);
  return quotes.reduce<RouteQuote | null>((best, quote) => (best === null || net(quote) > net(best) ? quote : best), null);
}

const keyOf = (a: Address, b: Address): string => (a < b ? `${a}-${b}` : `${b}-${a}`);

/** 20 bytes a token, 3 bytes a fee. */
function pathOf(hops: readonly Hop[]): Hex {
  return hops.reduce<Hex>((path, { to, fee }) => `${path}${fee.toString(16).padStart(6, '0')}${to.slice(2)}`, hops[0]?.from ?? '0x');
}
