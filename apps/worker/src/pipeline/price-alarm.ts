import type { BlockRef } from '@ballast/connectors';
import type { NoticeData } from '@ballast/notifications';
import type { Notice, Outbox } from '@ballast/policy';
import type { MarketFact } from '@ballast/risk';
import type { AssessedPosition } from '@ballast/storage';
import { decimalText, formatPercentUp } from '@ballast/units';
import { positionTitle } from './position-title.js';

/** While prices stay apart they are told of again after so much chain time. */
const AGAIN_AFTER_SECONDS = 21_600n;

/** Tells when a protocol's price of what a loan holds or owes is far from the market's: once in six hours for a loan and asset, however many workers see it. */
export class PriceAlarm {
  /** Ids of this spell. */
  private told = new Set<string>();
  private spell = -1n;

  constructor(private readonly outbox: Outbox) {}

  async tell(block: BlockRef, assessed: readonly AssessedPosition[]): Promise<void> {
    const spell = block.timestamp / AGAIN_AFTER_SECONDS;
    if (spell !== this.spell) [this.spell, this.told] = [spell, new Set()];
    const notices = assessed.flatMap((one) => (one.report.market ?? []).flatMap((fact) => noticeOf(one, fact, spell) ?? [])).filter(({ id }) => !this.told.has(id));
    if (notices.length === 0) return;
    await this.outbox.tell(notices);
    for (const { id } of notices) this.told.add(id);
  }
}

function noticeOf({ position }: AssessedPosition, { asset, kind, marketUsdE8, gapBps, protocolIs }: MarketFact, spell: bigint): Notice | null {
  const price = [...position.collaterals, ...position.debts].find((leg) => leg.asset.address === asset.address)?.price;
  if (kind !== 'disagrees' || marketUsdE8 === null || gapBps === null || price?.kind !== 'price' || protocolIs === null || protocolIs === 'equal') return null;
  const data: NoticeData<'price.disagrees'> = {
    ...positionTitle(position), asset: asset.symbol, protocolPrice: decimalText(price.usdE8, 8, 2, 'down'),
    marketPrice: decimalText(marketUsdE8, 8, 2, 'down'), gap: formatPercentUp(gapBps), protocolIs,
  };
  return { id: `evt_price_${position.id}_${asset.address}_${spell}`, chainId: position.provenance.chainId, account: position.account, positionId: position.id, kind: 'price.disagrees', severity: 'warning', data };
}
