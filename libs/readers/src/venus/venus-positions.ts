import { callOf, decodeAs, decodeResult, venusComptrollerAbi, venusTokenAbi, type ChainBook, type Hex, type LogQuery, type MinedLog, type ReadClient } from '@ballast/connectors';
import { venusPosition, type Asset, type BlockRef, type LendingPosition, type ReserveState, type VenusRules, type WalletFunds } from '@ballast/positions';
import { WAD, address, mulDivUp, rawAmount, type Address } from '@ballast/units';
import { z } from 'zod';
import { argsOf, oldestFirst } from '../event-logs.js';
import type { LiquidationSeen, VenueReader } from '../liquidation-seen.js';
import { readWallets } from '../wallets.js';
import type { TrackedSource } from '../refresh/tracked-source.js';
import { VenusReader, type VenusAccount, type VenusMarket } from './venus-reader.js';

/** Venus's numbers of what may be paused in a market. */
const MINT = 0;
const REPAY = 3;
const yesNo = z.tuple([z.boolean()]);
const uint = z.tuple([z.bigint()]);
const anAddress = z.string().transform(address);
const liquidated = z.tuple([anAddress, anAddress, z.bigint(), anAddress, z.bigint()]);

export interface VenusOwner extends VenusAccount {
  readonly wallet: readonly WalletFunds[];
}

export interface VenusPool {
  readonly oracle: Address;
  readonly markets: ReadonlyMap<Address, VenusMarket>;
  readonly rules: VenusRules;
  readonly reserves: ReadonlyMap<Address, ReserveState>;
}

/** Reads accounts of Venus's core pool as positions, with what the owner lets VenusGuard take. `now` is the wall clock in milliseconds. */
export class VenusPositions implements VenueReader, TrackedSource<VenusOwner, VenusPool> {
  readonly protocol = 'venus';
  private readonly loans: VenusReader;

  /** @throws ReadFailed where the address book has no Venus */
  constructor(private readonly client: ReadClient, private readonly book: ChainBook, now: () => number) {
    this.loans = new VenusReader(client, book, now);
  }

  async read(accounts: readonly Address[], block: BlockRef): Promise<readonly LendingPosition[]> {
    if (accounts.length === 0) return [];
    const parts = await this.accounts(accounts, block);
    const market = await this.market(parts, block);
    return parts.flatMap((part) => this.compose(part, market, block));
  }

  async accounts(accounts: readonly Address[], block: BlockRef): Promise<readonly VenusOwner[]> {
    const own = await this.loans.accounts(accounts, block);
    const assets = await Promise.all(own.map(({ held }) => this.loans.assetsOf(held.map(({ vToken }) => vToken), block)));
    const wallets = await readWallets(this.client, block, this.book.ballast.venusGuard, own.map(({ account }, index) => ({ owner: account, assets: assets[index] ?? [] })));
    return own.map((account, index) => ({ ...account, wallet: wallets[index] ?? [] }));
  }

  async market(accounts: readonly VenusOwner[], block: BlockRef): Promise<VenusPool> {
    const vTokens = [...new Set(accounts.flatMap(({ held }) => held.map(({ vToken }) => vToken)))];
    const [{ oracle, markets }, rules, reserves] = await Promise.all([this.loans.markets(vTokens, block), this.rules(block), this.reserves(vTokens, block)]);
    return { oracle, markets, rules, reserves };
  }

  compose(owner: VenusOwner, { oracle, markets, rules, reserves }: VenusPool, block: BlockRef): readonly LendingPosition[] {
    return [venusPosition(this.loans.loanOf(owner, markets, block), { rules, oracle, reserves, wallet: owner.wallet })];
  }

  /** A market that says anything may have written down interest, which changes what everybody in it holds and owes. VAI's interest is written down by nobody. */
  isMovedBy({ held, vaiOwed }: VenusOwner, contracts: ReadonlySet<Address>): boolean {
    return vaiOwed > 0n || held.some(({ vToken }) => contracts.has(vToken));
  }

  /** The event names its accounts in its data, not in its topics: those of all markets are read, which are few. */
  async liquidations(blocks: LogQuery['blocks'], accounts: readonly Address[]): Promise<readonly LiquidationSeen[]> {
    const topic = venusTokenAbi.getEvent('LiquidateBorrow')?.topicHash as Hex;
    const head = 'blockHash' in blocks ? { hash: blocks.blockHash } : await this.client.blockAt(blocks.to);
    if (head === null) return [];
    const all = callOf(this.loans.comptroller, venusComptrollerAbi, 'getAllMarkets');
    const [vTokens] = decodeAs(venusComptrollerAbi, 'getAllMarkets', z.tuple([z.array(anAddress)]), await this.client.callAt(head, all.to, all.data));
    const logs = oldestFirst((await Promise.all(vTokens.map((vToken) => this.client.getLogs({ blocks, address: vToken, topics: [topic] })))).flat());
    const seen = logs.map((log) => ({ log, args: argsOf(venusTokenAbi, 'LiquidateBorrow', liquidated, log) })).filter(({ args }) => accounts.includes(args[1]));
    return Promise.all(seen.map(({ log, args }) => this.liquidation(log, args)));
  }

  private async liquidation(log: MinedLog, [, account, repaid, vTokenCollateral, seizedVTokens]: z.output<typeof liquidated>): Promise<LiquidationSeen> {
    const block = { number: log.blockNumber, hash: log.blockHash, timestamp: 0n };
    const [debt, collateral] = await this.loans.assetsOf([log.address, vTokenCollateral], block);
    const rate = callOf(vTokenCollateral, venusTokenAbi, 'exchangeRateStored');
    const [exchangeRate] = decodeAs(venusTokenAbi, 'exchangeRateStored', uint, await this.client.callAt(block, rate.to, rate.data));
    return {
      protocol: this.protocol, account, collateral: collateral as Asset, debt: debt as Asset, debtCovered: rawAmount(repaid), collateralSeized: rawAmount(mulDivUp(seizedVTokens, exchangeRate, WAD)),
      transactionHash: log.transactionHash, blockNumber: log.blockNumber, blockHash: log.blockHash,
    };
  }

  private async rules(block: BlockRef): Promise<VenusRules> {
    const { comptroller } = this.loans;
    const names = ['closeFactorMantissa', 'liquidationIncentiveMantissa'] as const;
    const answers = await this.client.multicall(block, names.map((name) => callOf(comptroller, venusComptrollerAbi, name)));
    const [closeFactor, incentive] = names.map((name, place) => decodeResult(venusComptrollerAbi, name, uint, answers[place])[0]) as [bigint, bigint];
    return { closeFactor, incentive };
  }

  /** The switches of the markets; a pool that is paused as a whole lets nothing through. */
  private async reserves(markets: readonly Address[], block: BlockRef): Promise<ReadonlyMap<Address, ReserveState>> {
    const { comptroller } = this.loans;
    const answers = await this.client.multicall(block, [
      callOf(comptroller, venusComptrollerAbi, 'protocolPaused'), ...markets.flatMap((market) => [MINT, REPAY].map((action) => callOf(comptroller, venusComptrollerAbi, 'actionPaused', [market, action]))),
    ]);
    const flag = (name: string, place: number): boolean => decodeResult(venusComptrollerAbi, name, yesNo, answers[place])[0];
    const stopped = flag('protocolPaused', 0);
    return new Map(markets.map((market, index) => [market, { active: !stopped, frozen: flag('actionPaused', index * 2 + 1), paused: flag('actionPaused', index * 2 + 2) }]));
  }
}
