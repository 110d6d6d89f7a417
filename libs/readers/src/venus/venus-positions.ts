import { callOf, decodeAs, decodeResult, venusComptrollerAbi, venusTokenAbi, type ChainBook, type Hex, type LogQuery, type MinedLog, type ReadClient } from '@ballast/connectors';
import { venusPosition, type Asset, type BlockRef, type LendingPosition, type ReserveState, type VenusLoan, type VenusRules } from '@ballast/positions';
import { WAD, address, mulDivUp, rawAmount, type Address } from '@ballast/units';
import { z } from 'zod';
import { argsOf, oldestFirst } from '../event-logs.js';
import type { LiquidationSeen, VenueReader } from '../liquidation-seen.js';
import { readWallets } from '../wallets.js';
import { VenusReader } from './venus-reader.js';

/** Venus's numbers of what may be paused in a market. */
const MINT = 0;
const REPAY = 3;
const yesNo = z.tuple([z.boolean()]);
const uint = z.tuple([z.bigint()]);
const anAddress = z.string().transform(address);
const liquidated = z.tuple([anAddress, anAddress, z.bigint(), anAddress, z.bigint()]);

/** Reads accounts of Venus's core pool as positions, with what the owner lets VenusGuard take. `now` is the wall clock in milliseconds. */
export class VenusPositions implements VenueReader {
  readonly protocol = 'venus';
  private readonly loans: VenusReader;

  /** @throws ReadFailed where the address book has no Venus */
  constructor(private readonly client: ReadClient, private readonly book: ChainBook, now: () => number) {
    this.loans = new VenusReader(client, book, now);
  }

  async read(accounts: readonly Address[], block: BlockRef): Promise<readonly LendingPosition[]> {
    const loans = await this.loans.read(accounts, block);
    if (loans.length === 0) return [];
    const [pool, wallets, reserves] = await Promise.all([
      this.pool(loans, block),
      readWallets(this.client, block, this.book.ballast.venusGuard, loans.map(({ account, holdings }) => ({ owner: account, assets: holdings.map(({ asset }) => asset) }))),
      this.reserves(loans, block),
    ]);
    return loans.map((loan, index) => venusPosition(loan, { ...pool, reserves, wallet: wallets[index] ?? [] }));
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

  private async pool(loans: readonly VenusLoan[], block: BlockRef): Promise<{ readonly rules: VenusRules; readonly oracle: Address }> {
    const comptroller = loans[0]?.comptroller as Address;
    const names = ['closeFactorMantissa', 'liquidationIncentiveMantissa', 'oracle'] as const;
    const answers = await this.client.multicall(block, names.map((name) => callOf(comptroller, venusComptrollerAbi, name)));
    const [closeFactor, incentive] = [0, 1].map((place) => decodeResult(venusComptrollerAbi, names[place] as string, uint, answers[place])[0]) as [bigint, bigint];
    return { rules: { closeFactor, incentive }, oracle: decodeResult(venusComptrollerAbi, 'oracle', z.tuple([anAddress]), answers[2])[0] };
  }

  /** The switches of the markets; a pool that is paused as a whole lets nothing through. */
  private async reserves(loans: readonly VenusLoan[], block: BlockRef): Promise<ReadonlyMap<Address, ReserveState>> {
    const comptroller = loans[0]?.comptroller as Address;
    const markets = [...new Set(loans.flatMap(({ holdings }) => holdings.map(({ vToken }) => vToken)))];
    const answers = await this.client.multicall(block, [
      callOf(comptroller, venusComptrollerAbi, 'protocolPaused'), ...markets.flatMap((market) => [MINT, REPAY].map((action) => callOf(comptroller, venusComptrollerAbi, 'actionPaused', [market, action]))),
    ]);
    const flag = (name: string, place: number): boolean => decodeResult(venusComptrollerAbi, name, yesNo, answers[place])[0];
    const stopped = flag('protocolPaused', 0);
    return new Map(markets.map((market, index) => [market, { active: !stopped, frozen: flag('actionPaused', index * 2 + 1), paused: flag('actionPaused', index * 2 + 2) }]));
  }
}
