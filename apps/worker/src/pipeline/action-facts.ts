import type { BlockRef } from '@ballast/connectors';
import type { NoticeData } from '@ballast/notifications';
import type { Intent, MinedReceipt } from '@ballast/policy';
import type { MandateStore, PositionStore } from '@ballast/storage';
import { decimalText, exactDecimalText, mulDivUp } from '@ballast/units';
import type { GasCost } from './gas-cost.js';

const WAD_DECIMALS = 18;
const USD_DECIMALS = 8;

/** What the owner is told of an ended action beside the amounts: which loan, its liquidation price before and after, the fee in dollars. */
export class ActionFacts {
  constructor(private readonly positions: PositionStore, private readonly mandates: MandateStore, private readonly gas: GasCost) {}

  async describe(intent: Intent, receipt: MinedReceipt | null): Promise<Partial<NoticeData<'action.done'> & NoticeData<'action.failed'>>> {
    const [assessed, mandate] = await Promise.all([this.positions.latest(intent.plan.positionId), this.mandates.get(intent.plan.mandateHash)]);
    if (assessed === null) return { protocol: 'Aave v3' };
    const { position, report } = assessed;
    const { blockNumber, blockHash, blockTimestamp } = position.provenance;
    const block: BlockRef = { number: blockNumber, hash: blockHash, timestamp: blockTimestamp };
    const names = (legs: readonly { asset: { symbol: string } }[]): string => legs.map((leg) => leg.asset.symbol).join(' + ');
    const fee = receipt === null ? null : await this.gas.usdE8(receipt.gasUsed * receipt.effectiveGasPrice, block);
    const facts = {
      // Under it the wallet could not bring the loan into the signed band: the owner is told so, not that all is well.
      leastHealth: mandate === null ? null : exactDecimalText(mandate.terms.minHf, WAD_DECIMALS),
      protocol: 'Aave v3',
      pair: `${names(position.collaterals)} → ${names(position.debts)}`,
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
}
