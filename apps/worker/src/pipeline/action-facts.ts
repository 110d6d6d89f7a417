import type { BlockRef, ChainBook, ReadClient } from '@ballast/connectors';
import type { NoticeData } from '@ballast/notifications';
import type { Intent, Mandate, MinedReceipt } from '@ballast/policy';
import { protocolNameOf } from '@ballast/positions';
import type { MandateStore, PositionStore } from '@ballast/storage';
import { BPS, decimalText, exactDecimalText, formatPercentUp, mulDivDown, mulDivUp, oneToken } from '@ballast/units';
import { fillPrices } from './fill-prices.js';
import type { GasCost } from './gas-cost.js';
import { positionTitle } from './position-title.js';

const WAD_DECIMALS = 18;
const USD_DECIMALS = 8;

/** What the owner is told of an action beside the amounts: which loan, its liquidation price before and after, the fee in dollars. */
export class ActionFacts {
  constructor(private readonly positions: PositionStore, private readonly mandates: MandateStore, private readonly gas: GasCost, private readonly reads: ReadClient, private readonly book: ChainBook) {}

  async describe({ plan }: Pick<Intent, 'plan'>, receipt: MinedReceipt | null): Promise<Partial<NoticeData<'action.done'> & NoticeData<'action.failed'>>> {
    const [assessed, mandate] = await Promise.all([this.positions.latest(plan.positionId), this.mandates.get(plan.mandateHash)]);
    if (assessed === null) return { protocol: protocolNameOf(plan.positionId) };
    const { position, report } = assessed;
    const { blockNumber, blockHash, blockTimestamp } = position.provenance;
    const block: BlockRef = { number: blockNumber, hash: blockHash, timestamp: blockTimestamp };
    const cost = mandate === null ? {} : await this.fillCost(mandate, receipt);
    const fee = receipt === null ? null : await this.gas.usdE8(receipt.gasUsed * receipt.effectiveGasPrice, block);
    const facts = {
      ...cost,
      // Under it the wallet could not bring the loan into the signed band: the owner is told so, not that all is well.
      leastHealth: mandate === null ? null : exactDecimalText(mandate.terms.minHf, WAD_DECIMALS),
      ...positionTitle(position),
      gasUsd: fee === null ? null : decimalText(fee, USD_DECIMALS, 2, 'up'),
      health: report.health.kind === 'ratio' ? decimalText(report.health.wad, WAD_DECIMALS, 4, 'down') : null,
    };
    const { liquidationPrice } = report;
    // A state read before the action would be told as the one after it; and only a fall of one collateral's price makes the health proportional to it.
    const isAfter = receipt === null || blockNumber >= receipt.blockNumber;
    if (liquidationPrice.kind !== 'price' || report.distance.kind !== 'fall' || position.collaterals.length !== 1 || !isAfter) return facts;
    const now = { priceOf: liquidationPrice.asset.symbol, liquidationPrice: decimalText(liquidationPrice.usdE8, USD_DECIMALS, 2, 'up') };
    const event = receipt?.executed ?? null;
    if (event === null) return { ...facts, ...now };
    // Health is price over liquidation price, and the action's block had one price: so both follow from the healths before and after.
    const before = mulDivUp(liquidationPrice.usdE8, event.hfAfter, event.hfBefore);
    const price = mulDivUp(liquidationPrice.usdE8, event.hfAfter, 10n ** BigInt(WAD_DECIMALS));
    return {
      ...facts, priceOf: now.priceOf, liquidationPriceAfter: now.liquidationPrice, liquidationPriceBefore: decimalText(before, USD_DECIMALS, 2, 'up'),
      price: decimalText(price, USD_DECIMALS, 2, 'down'),
    };
  }

  /** What a fill cost its owner, all in: the collateral that left less the debt repaid, the surplus counted, at the protocol's prices of its block. */
  private async fillCost(mandate: Mandate, receipt: MinedReceipt | null): Promise<Partial<NoticeData<'action.done'>>> {
    const event = receipt?.executed ?? null;
    if (receipt === null || event === null || event.collateralOut === 0n) return {};
    const { terms } = mandate;
    const [collateral, debt] = [terms.collateral, terms.debt].map((asset) => this.book.tokens.find((token) => token.address === asset));
    if (collateral === undefined || debt === undefined) return {};
    const { priceOut, priceIn } = await fillPrices(this.reads, this.book, mandate, { collateral, debt }, { hash: receipt.blockHash });
    const gave = mulDivUp(event.collateralOut, priceOut, oneToken(collateral.decimals));
    const got = mulDivDown(event.debtRepaid + (receipt.filled?.surplus ?? 0n), priceIn, oneToken(debt.decimals));
    if (got === 0n) return {};
    const cost = gave > got ? gave - got : 0n;
    return { costUsd: decimalText(cost, USD_DECIMALS, 2, 'up'), costShare: formatPercentUp(mulDivUp(cost, BPS, got)) };
  }
}
