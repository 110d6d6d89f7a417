import { RouteQuotes, aaveFlashLoan, aaveLiquidity, bestQuote, callOf, decodeResult, morphoFlashLoan, type BlockRef, type ChainBook, type ReadClient, type RouteQuote } from '@ballast/connectors';
import { decodeRevert, keepersAbi } from '@ballast/contracts';
import { FILL_GAS, FLASH_LENDERS, type CannotReason, type FillFacts, type FillQuote, type LenderFacts, type Mandate, type MandatePlace } from '@ballast/policy';
import { address, mulDivUp, oneToken, rawAmount, type Address, type RawAmount, type UsdE8 } from '@ballast/units';
import { Interface, type JsonFragment } from 'ethers';
import { z } from 'zod';
import { FILLERS, GUARDS, structOf } from '../planner/signed-form.js';

/** What the fillers say of themselves is the same of all. */
const filler = FILLERS.AaveGuard as Interface;
const keepers = new Interface(keepersAbi as readonly JsonFragment[]);
const anAddress = z.tuple([z.string().transform(address)]);
const yesNo = z.tuple([z.boolean()]);
/** reason, healthFactor, debt, maxRepay, maxTopUp, maxFill, maxOut, budgetLeft, fillReason */
const preview = z.tuple([z.tuple([z.string(), z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.string()])]);
const NONE = address(`0x${'0'.repeat(40)}`);
const NO_REASON = '0x00000000';
const ALL = (1n << 256n) - 1n;
/** Tokens over which a sale may go. */
const VIA = ['WETH', 'USDC', 'DAI'];

/** What a reason of the keepers contract, or of the guard about its prices, means for the owner. */
const OBSTACLE: Readonly<Record<string, CannotReason>> = { FeedChanged: 'fill-paused', PairNotPriced: 'fill-not-offered' };

/** What sums up the debt that is repaid: its address and decimals, and its price in dollars with 8 decimals. */
export interface DebtToken {
  readonly address: Address;
  readonly decimals: number;
  readonly usdE8: UsdE8;
}

/** The filler as it is deployed. */
interface Setup {
  readonly guard: Address;
  readonly morpho: Address;
  readonly isRouter: boolean;
}

/** Finds out at one block what a fill rests on: what the guard would refuse it with, what the collateral brings on the market, and who lends. */
export class FillFinder {
  private readonly routes: RouteQuotes;
  private readonly setups = new Map<Address, Setup>();

  private constructor(
    private readonly reads: ReadClient, private readonly book: ChainBook, private readonly fillers: Readonly<Partial<Record<MandatePlace['guard'], Address>>>,
    private readonly uniswap: NonNullable<ChainBook['uniswapV3']>,
    /** Dollars with 8 decimals for gas at the block; null where the coin has no price. */
    private readonly gasUsdE8: (gas: bigint, block: BlockRef) => Promise<UsdE8 | null>,
  ) {
    this.routes = new RouteQuotes(reads, uniswap, VIA.flatMap((symbol) => book.tokens.find((token) => token.symbol === symbol)?.address ?? []));
  }

  /** Null where the address book names no filler or no market: then nothing can be filled on this chain. */
  static of(reads: ReadClient, book: ChainBook, gasUsdE8: (gas: bigint, block: BlockRef) => Promise<UsdE8 | null>): FillFinder | null {
    const { aaveFiller, morphoFiller } = book.ballast;
    if ((aaveFiller === undefined && morphoFiller === undefined) || book.uniswapV3 === undefined) return null;
    return new FillFinder(reads, book, { AaveGuard: aaveFiller, MorphoGuard: morphoFiller }, book.uniswapV3, gasUsdE8);
  }

  /**
   * The facts for selling these amounts, the first of which is too small to move the market. Null where the filler does not serve the
   * mandate's guard or the coin that pays gas has no price: then nobody knows what a fill would cost.
   * @throws ReadFailed, RpcUnreachable
   */
  async facts(block: BlockRef, mandate: Mandate, debt: DebtToken, sizes: readonly RawAmount[]): Promise<FillFacts | null> {
    const at = this.fillers[mandate.place.guard];
    if (at === undefined) return null;
    const setup = await this.setupAt(at, block);
    if (setup.guard !== mandate.guard || !setup.isRouter) return null;
    const [{ obstacle, budgetLeft }, lenders, withdrawable, priced] = await Promise.all([
      this.standing(at, block, mandate), this.lenders(block, setup, debt.address), this.withdrawable(block, mandate),
      this.priced(block, mandate.terms.collateral, debt, sizes),
    ]);
    if (priced === null) return null;
    const [spot = null, ...quotes] = priced;
    return { obstacle, budgetLeft, withdrawable, filler: at, lenders, spot, quotes: [...(spot === null ? [] : [spot]), ...quotes].filter((quote) => quote !== null) };
  }

  /** The filler, where it serves the mandate's guard and is one of its keepers; else null. @throws ReadFailed, RpcUnreachable */
  async fillerFor(block: BlockRef, { guard, place, terms }: Mandate): Promise<Address | null> {
    const at = this.fillers[place.guard];
    if (at === undefined || (await this.setupAt(at, block)).guard !== guard) return null;
    const [listed] = await this.reads.multicall(block, [callOf(terms.keepers, keepers, 'isKeeper', [at])]);
    return decodeResult(keepers, 'isKeeper', yesNo, listed)[0] ? at : null;
  }

  /** What can leave the protocol at once: Aave lends its collateral out, Morpho keeps all of it. */
  private async withdrawable(block: BlockRef, { place, terms }: Mandate): Promise<RawAmount> {
    return place.guard === 'AaveGuard' ? aaveLiquidity(this.reads, this.book.aaveV3.pool, terms.collateral, block) : rawAmount(ALL);
  }

  private async setupAt(at: Address, block: BlockRef): Promise<Setup> {
    const known = this.setups.get(at);
    if (known !== undefined) return known;
    const [guard, morpho, router] = await this.reads.multicall(block, [callOf(at, filler, 'guard'), callOf(at, filler, 'morpho'), callOf(at, filler, 'isRouter', [this.uniswap.swapRouter])]);
    const setup = {
      guard: decodeResult(filler, 'guard', anAddress, guard)[0], morpho: decodeResult(filler, 'morpho', anAddress, morpho)[0], isRouter: decodeResult(filler, 'isRouter', yesNo, router)[0],
    };
    this.setups.set(at, setup);
    return setup;
  }

  /** What the guard says of a fill under this mandate, whether or not the loan is below its trigger. */
  private async standing(at: Address, block: BlockRef, mandate: Mandate): Promise<{ readonly obstacle: CannotReason | null; readonly budgetLeft: RawAmount }> {
    const guardAbi = GUARDS[mandate.place.guard];
    const [seen, listed] = await this.reads.multicall(block, [callOf(mandate.guard, guardAbi, 'preview', [structOf(mandate)]), callOf(mandate.terms.keepers, keepers, 'isKeeper', [at])]);
    const [found] = decodeResult(guardAbi, 'preview', preview, seen);
    const [budgetLeft, reason] = [found[7], found[8]];
    if (!decodeResult(keepers, 'isKeeper', yesNo, listed)[0]) return { obstacle: 'keeper-not-listed', budgetLeft: rawAmount(budgetLeft) };
    const obstacle = reason === NO_REASON ? null : (OBSTACLE[decodeRevert(reason).name] ?? 'fill-price-stale');
    return { obstacle, budgetLeft: rawAmount(budgetLeft) };
  }

  private async lenders(block: BlockRef, { morpho }: Setup, debt: Address): Promise<readonly LenderFacts[]> {
    const aave = { lender: FLASH_LENDERS.AAVE, ...(await aaveFlashLoan(this.reads, this.book.aaveV3.pool, debt, block)) };
    return morpho === NONE ? [aave] : [{ lender: FLASH_LENDERS.MORPHO, ...(await morphoFlashLoan(this.reads, morpho, debt, block)) }, aave];
  }

  /** For each size the route that brings most once its gas is paid; null within for a size that no route can sell, null for all where gas has no price. */
  private async priced(block: BlockRef, collateral: Address, debt: DebtToken, sizes: readonly RawAmount[]): Promise<readonly (FillQuote | null)[] | null> {
    const unit = await this.gasUsdE8(1_000_000n, block);
    if (unit === null) return null;
    const costUsdE8 = (gas: bigint): UsdE8 => mulDivUp(gas, unit, 1_000_000n) as UsdE8;
    const all = await this.routes.quotes(block, collateral, debt.address, sizes);
    return all.map((quotes) => {
      const best = bestQuote(quotes, (gas) => mulDivUp(costUsdE8(gas), oneToken(debt.decimals), debt.usdE8));
      return best === null ? null : this.quoteOf(best, costUsdE8(FILL_GAS + best.gas));
    });
  }

  private quoteOf({ path, amountIn, amountOut }: RouteQuote, gasUsdE8: UsdE8): FillQuote {
    return { router: this.uniswap.swapRouter, path, sold: amountIn, bought: amountOut, gasUsdE8 };
  }
}
