import { Inject, Injectable } from '@nestjs/common';
import type { ChainBook } from '@ballast/connectors';
import { partsOf, type PositionId } from '@ballast/positions';
import type { MandateStatus, ReasonNames } from '@ballast/policy';
import { ChainStore, JournalReader, MandateStore, PositionStore, PrismaPriceHistory, type AssessedPosition, type DecisionRecord, type IntentRecord, type MandateRecord } from '@ballast/storage';
import type { Address, Hash32, UsdE8 } from '@ballast/units';
import { BOOK } from '../tokens.js';
import { decisionView, type DecisionView } from '../views/decision-view.js';
import { intentView, type IntentView } from '../views/intent-view.js';
import { tokenOf } from '../views/mandate-view.js';
import { positionView, type PositionView } from '../views/position-view.js';
import { portfolioView, type PortfolioView } from '../views/portfolio-view.js';
import { mandateInForce, protectionView } from '../views/protection-view.js';

const EVERY_STATUS: readonly MandateStatus[] = ['signed', 'active', 'revoked', 'superseded', 'expired', 'rejected'];
const DAY = 86_400n;
/** The coin of the chain as it is wrapped, under the symbols that feeds know. */
const COIN_SYMBOLS = ['WETH', 'WBNB', 'WPOL', 'WAVAX'];

/** Puts together what the pages show of positions and decisions. */
@Injectable()
export class PositionViews {
  constructor(
    @Inject(BOOK) private readonly book: ChainBook,
    @Inject(PositionStore) private readonly positions: PositionStore,
    @Inject(MandateStore) private readonly mandates: MandateStore,
    @Inject(JournalReader) private readonly journal: JournalReader,
    @Inject(ChainStore) private readonly chains: ChainStore,
    @Inject(PrismaPriceHistory) private readonly prices: PrismaPriceHistory,
  ) {}

  async position(id: PositionId): Promise<PositionView | null> {
    const assessed = await this.positions.latest(id);
    return assessed === null ? null : this.view(assessed);
  }

  /** The account's positions, fewest typical daily moves from liquidation first; empty ones are left out. */
  async ofAccount(account: Address): Promise<{ readonly read: boolean; readonly views: readonly PositionView[] }> {
    const all = await this.positions.ofAccount(account);
    const views = await Promise.all(all.filter(({ position }) => position.collaterals.length + position.debts.length > 0).map((assessed) => this.view(assessed)));
    return { read: all.length > 0, views: views.sort((a, b) => nearness(a) - nearness(b)) };
  }

  /** The same taken together. */
  async portfolio(account: Address): Promise<PortfolioView> {
    return portfolioView(account, (await this.positions.ofAccount(account)).map(({ position }) => position));
  }

  /** The decisions as they were given, each with its intent. */
  async decisions(records: readonly DecisionRecord[]): Promise<readonly DecisionView[]> {
    const ids = records.flatMap(({ intentId }) => intentId ?? []);
    const [intents, mandates, coin] = await Promise.all([this.journal.intents(ids), this.mandatesOf(records), this.coinPrices(records)]);
    return records.map((record) => {
      const intent = intents.find(({ id }) => id === record.intentId);
      const mandate = mandates.get(record.decision.mandateHash ?? intent?.plan.mandateHash ?? ('' as Hash32));
      return decisionView(record, intent === undefined ? null : this.intent(intent, mandate, coin(record.lastAt)), this.names(mandate));
    });
  }

  private intent(intent: IntentRecord, mandate: MandateRecord | undefined, coinUsdE8: UsdE8 | null): IntentView {
    const token = (address: Address | undefined) => (address === undefined ? null : tokenOf(this.book, intent.plan.chainId, address));
    return intentView(intent, { collateral: token(mandate?.terms.collateral), debt: token(mandate?.terms.debt), coinUsdE8 });
  }

  private async view(assessed: AssessedPosition): Promise<PositionView> {
    const { id } = assessed.position;
    const [mandates, latest, openAction, chain] = await Promise.all([
      this.mandates.ofPosition(id, EVERY_STATUS), this.journal.latestDecision(id), this.journal.openAction(id), this.chains.get(assessed.position.provenance.chainId),
    ]);
    const protection = protectionView({ assessed, mandate: mandateInForce(mandates), latest, openAction, headTime: chain?.head?.timestamp ?? null, now: new Date() });
    return positionView(assessed.position, assessed.report, protection, this.book.name);
  }

  private names(mandate: MandateRecord | undefined): ReasonNames {
    if (mandate === undefined) return {};
    const { collateral, debt } = mandate.terms;
    return { collateral: tokenOf(this.book, mandate.chainId, collateral).symbol, debt: tokenOf(this.book, mandate.chainId, debt).symbol };
  }

  private async mandatesOf(records: readonly DecisionRecord[]): Promise<ReadonlyMap<Hash32, MandateRecord>> {
    const hashes = [...new Set(records.flatMap(({ decision }) => decision.mandateHash ?? []))];
    const found = await Promise.all(hashes.map((hash) => this.mandates.get(hash)));
    return new Map(found.flatMap((mandate) => (mandate === null ? [] : [[mandate.hash, mandate] as const])));
  }

  /** The price of the chain's coin at a chain time, from the ticks that were kept; null where none is near. */
  private async coinPrices(records: readonly DecisionRecord[]): Promise<(at: bigint) => UsdE8 | null> {
    const acted = records.filter(({ intentId }) => intentId !== null);
    const coin = this.book.tokens.find(({ symbol }) => COIN_SYMBOLS.includes(symbol));
    const first = acted.map(({ at }) => at).reduce<bigint | null>((least, at) => (least === null || at < least ? at : least), null);
    const chain = acted[0] === undefined ? null : partsOf(acted[0].decision.positionId).chainId;
    if (coin === undefined || first === null || chain === null) return () => null;
    const ticks = await this.prices.since(chain as never, coin.address, first - DAY);
    return (at) => ticks.findLast((tick) => tick.at <= at)?.usdE8 ?? ticks[0]?.usdE8 ?? null;
  }
}

/** Sorting key: liquidatable first, without a distance last. */
const nearness = (view: PositionView): number => (view.state === 'liquidatable' ? -1 : (view.dailyMoves ?? Number.MAX_VALUE));
