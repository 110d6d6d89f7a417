import { callOf, chainlinkFeedAbi, decodeAs, decodeResult, morphoBlueAbi, morphoOracleAbi, type CallResult, type ChainBook, type Hex, type LogQuery, type ReadClient } from '@ballast/connectors';
import { morphoPosition, type BlockRef, type LendingPosition, type MorphoLoan, type OraclePrice, type WalletFunds } from '@ballast/positions';
import { address, hash32, rawAmount, type Address, type Hash32 } from '@ballast/units';
import { z } from 'zod';
import { DollarPrices } from '../aave-v3/dollar-prices.js';
import { roundData } from '../aave-v3/reserves.js';
import { argsOf, logsOf } from '../event-logs.js';
import type { LiquidationSeen, VenueReader } from '../liquidation-seen.js';
import type { TrackedSource } from '../refresh/tracked-source.js';
import { readWallets } from '../wallets.js';
import { MorphoBlueReader, type MorphoHolding, type MorphoMarket, type MorphoPlace } from './morpho-blue-reader.js';

const FEEDS = ['BASE_FEED_1', 'BASE_FEED_2', 'QUOTE_FEED_1', 'QUOTE_FEED_2'] as const;
const anAddress = z.string().transform(address);
const liquidated = z.tuple([z.string().transform(hash32), anAddress, anAddress, z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.bigint()]);
const NOBODY = `0x${'0'.repeat(40)}`;

/** Where accounts have loans: a `MarketProbe`, or what else knows it. */
export interface PlaceFinder {
  of(accounts: readonly Address[], block: BlockRef): Promise<readonly MorphoPlace[]>;
}

/** An account's own part: what it has where, its wallet, and whether the guard may move its collateral. */
export interface MorphoAccount {
  readonly account: Address;
  readonly authorized: boolean;
  readonly loans: readonly { readonly holding: MorphoHolding; readonly wallet: readonly WalletFunds[] }[];
}

export interface MorphoMarkets {
  readonly markets: ReadonlyMap<Hash32, MorphoMarket>;
  /** Chain seconds of the oldest round behind each oracle; null where it does not tell. */
  readonly oracleTimes: ReadonlyMap<Address, bigint | null>;
  /** Dollars for each loan token. */
  readonly prices: ReadonlyMap<Address, OraclePrice>;
}

/** Reads loans of Morpho Blue as positions: in dollars by Aave's oracle, with what the owner lets MorphoGuard do. `now` is the wall clock in milliseconds. */
export class MorphoPositions implements VenueReader, TrackedSource<MorphoAccount, MorphoMarkets> {
  readonly protocol = 'morpho-blue';
  private readonly loans: MorphoBlueReader;
  private readonly dollars: DollarPrices;
  private readonly morpho: Address;
  /** The feeds behind an oracle never change; an oracle that names none tells no time. */
  private readonly feeds = new Map<Address, readonly Address[]>();

  /** @throws ReadFailed where the address book has no Morpho */
  constructor(private readonly client: ReadClient, private readonly book: ChainBook, now: () => number, private readonly places: PlaceFinder) {
    this.loans = new MorphoBlueReader(client, book, now);
    this.dollars = new DollarPrices(client, book);
    this.morpho = this.loans.morpho;
  }

  async read(accounts: readonly Address[], block: BlockRef): Promise<readonly LendingPosition[]> {
    if (accounts.length === 0) return [];
    const parts = await this.accounts(accounts, block);
    const market = await this.market(parts, block);
    return parts.flatMap((part) => this.compose(part, market, block));
  }

  async accounts(accounts: readonly Address[], block: BlockRef): Promise<readonly MorphoAccount[]> {
    const holdings = await this.loans.holdings(await this.places.of(accounts, block), block);
    const terms = await this.loans.termsOf([...new Set(holdings.map(({ marketId }) => marketId))], block);
    const tokens = new Map(terms.map(({ id, loan, collateral }) => [id, [loan, collateral]]));
    const [wallets, authorized] = await Promise.all([
      readWallets(this.client, block, this.book.ballast.morphoGuard, holdings.map(({ account, marketId }) => ({ owner: account, assets: tokens.get(marketId) ?? [] }))),
      this.authorizations(accounts, block),
    ]);
    const loans = holdings.map((holding, index) => ({ holding, wallet: wallets[index] ?? [] }));
    return accounts.map((account, index) => ({ account, authorized: authorized[index] ?? false, loans: loans.filter(({ holding }) => holding.account === account) }));
  }

  async market(accounts: readonly MorphoAccount[], block: BlockRef): Promise<MorphoMarkets> {
    const markets = await this.loans.markets([...new Set(accounts.flatMap(({ loans }) => loans.map(({ holding }) => holding.marketId)))], block);
    const all = [...markets.values()];
    const [oracleTimes, prices] = await Promise.all([
      this.oracleTimes([...new Set(all.map(({ terms }) => terms.oracle))], block), Promise.all(all.map(async ({ terms }) => [terms.loan.address, await this.dollars.of(terms.loan.address, block)] as const)),
    ]);
    return { markets, oracleTimes, prices: new Map(prices) };
  }

  compose({ authorized, loans }: MorphoAccount, { markets, oracleTimes, prices }: MorphoMarkets, block: BlockRef): readonly LendingPosition[] {
    return loans.map(({ holding, wallet }) => {
      const loan = this.loans.loanOf(holding, markets, block);
      return morphoPosition(loan, {
        loanPrice: prices.get(loan.terms.loan.address) ?? { kind: 'no-price', source: loan.terms.oracle }, oracleUpdatedAt: oracleTimes.get(loan.terms.oracle) ?? null, authorized, wallet,
      });
    });
  }

  isMovedBy(): boolean {
    return false;
  }

  async liquidations(blocks: LogQuery['blocks'], accounts: readonly Address[]): Promise<readonly LiquidationSeen[]> {
    const topic = morphoBlueAbi.getEvent('Liquidate')?.topicHash as Hex;
    const logs = await logsOf(this.client, accounts, (users) => ({ blocks, address: this.morpho, topics: [topic, null, null, users] }));
    return Promise.all(logs.map(async (log): Promise<LiquidationSeen> => {
      const [marketId, , account, repaid, , seized] = argsOf(morphoBlueAbi, 'Liquidate', liquidated, log);
      const [terms] = await this.loans.termsOf([marketId], { number: log.blockNumber, hash: log.blockHash, timestamp: 0n });
      const { collateral, loan } = terms as MorphoLoan['terms'];
      const { transactionHash, blockNumber, blockHash } = log;
      return { protocol: this.protocol, account, marketId, collateral, debt: loan, debtCovered: rawAmount(repaid), collateralSeized: rawAmount(seized), transactionHash, blockNumber, blockHash };
    }));
  }

  private async authorizations(accounts: readonly Address[], block: BlockRef): Promise<readonly boolean[]> {
    const guard = this.book.ballast.morphoGuard;
    if (guard === undefined) return accounts.map(() => false);
    const answers = await this.client.multicall(block, accounts.map((account) => callOf(this.morpho, morphoBlueAbi, 'isAuthorized', [account, guard])));
    return answers.map((answer) => decodeResult(morphoBlueAbi, 'isAuthorized', z.tuple([z.boolean()]), answer)[0]);
  }

  /** Chain seconds of the oldest round behind each oracle. */
  private async oracleTimes(oracles: readonly Address[], block: BlockRef): Promise<ReadonlyMap<Address, bigint | null>> {
    await this.learnFeeds(oracles.filter((oracle) => !this.feeds.has(oracle)), block);
    const asked = oracles.flatMap((oracle) => (this.feeds.get(oracle) ?? []).map((feed) => ({ oracle, feed })));
    const answers = await this.client.multicall(block, asked.map(({ feed }) => callOf(feed, chainlinkFeedAbi, 'latestRoundData')));
    const times = new Map<Address, bigint | null>();
    asked.forEach(({ oracle }, index) => {
      const answer = answers[index];
      const told = answer?.kind === 'ok' && answer.data !== '0x' ? decodeAs(chainlinkFeedAbi, 'latestRoundData', roundData, answer.data).updatedAt : 0n;
      const at = told > block.timestamp ? 0n : told; // a time to come is none
      const before = times.get(oracle);
      times.set(oracle, at === 0n || before === null ? null : before === undefined || at < before ? at : before);
    });
    return times;
  }

  private async learnFeeds(oracles: readonly Address[], block: BlockRef): Promise<void> {
    const answers = await this.client.multicall(block, oracles.flatMap((oracle) => FEEDS.map((feed) => callOf(oracle, morphoOracleAbi, feed))));
    oracles.forEach((oracle, place) => {
      const named = FEEDS.map((feed, index) => feedOf(feed, answers[place * FEEDS.length + index]));
      this.feeds.set(oracle, named.filter((feed) => feed !== null && feed !== NOBODY) as Address[]);
    });
  }
}

function feedOf(name: string, answer: CallResult | undefined): Address | null {
  if (answer?.kind !== 'ok') return null;
  try {
    return decodeAs(morphoOracleAbi, name, z.tuple([anAddress]), answer.data)[0];
  } catch {
    return null; // Something else has a function of that name.
  }
}
