import { callOf, cometAbi, decodeResult, type ChainBook, type Hex, type LogQuery, type MinedLog, type ReadClient } from '@ballast/connectors';
import { cometPosition, type BlockRef, type LendingPosition } from '@ballast/positions';
import { address, rawAmount, type Address } from '@ballast/units';
import { z } from 'zod';
import { DollarPrices } from '../aave-v3/dollar-prices.js';
import { argsOf, logsOf, oldestFirst } from '../event-logs.js';
import type { LiquidationSeen, VenueReader } from '../liquidation-seen.js';
import { Tokens } from '../tokens.js';
import { readWallets } from '../wallets.js';
import { CompoundV3Reader } from './compound-v3-reader.js';

const anAddress = z.string().transform(address);
const uint = z.bigint();
const debtAbsorbed = z.tuple([anAddress, anAddress, uint, uint]);
const collateralAbsorbed = z.tuple([anAddress, anAddress, anAddress, uint, uint]);

/** Reads accounts of Compound III as positions, one a Comet, empty where there is nothing: so a loan that ended is seen as that. `now` is the wall clock in milliseconds. */
export class CompoundPositions implements VenueReader {
  readonly protocol = 'compound-v3';
  private readonly loans: CompoundV3Reader;
  private readonly dollars: DollarPrices;
  private readonly tokens: Tokens;

  /** @throws ReadFailed where the address book has no Comet */
  constructor(private readonly client: ReadClient, private readonly book: ChainBook, now: () => number) {
    this.loans = new CompoundV3Reader(client, book, now);
    this.dollars = new DollarPrices(client, book);
    this.tokens = new Tokens(client, book);
  }

  async read(accounts: readonly Address[], block: BlockRef): Promise<readonly LendingPosition[]> {
    const loans = await this.loans.read(accounts, block);
    const wallets = await readWallets(this.client, block, this.book.ballast.cometGuard, loans.map(({ account, base, holdings }) => ({ owner: account, assets: [base, ...holdings.map(({ asset }) => asset)] })));
    return Promise.all(loans.map(async (loan, index) => cometPosition(loan, { baseUsd: await this.dollars.of(loan.base.address, block), wallet: wallets[index] ?? [] })));
  }

  /** An absorption tells its debt and each collateral in events of their own: one entry a collateral, each with the whole debt. */
  async liquidations(blocks: LogQuery['blocks'], accounts: readonly Address[]): Promise<readonly LiquidationSeen[]> {
    const topics = (['AbsorbDebt', 'AbsorbCollateral'] as const).map((name) => cometAbi.getEvent(name)?.topicHash as Hex);
    const logs = oldestFirst((await Promise.all((this.book.compoundV3?.comets ?? []).map((comet) => logsOf(this.client, accounts, (users) => ({ blocks, address: comet, topics: [topics, null, users] }))))).flat());
    const debts = logs.filter((log) => log.topics[0] === topics[0]);
    return Promise.all(logs.filter((log) => log.topics[0] === topics[1]).map((log) => this.absorption(log, debts)));
  }

  private async absorption(log: MinedLog, debts: readonly MinedLog[]): Promise<LiquidationSeen> {
    const [, account, taken, amount] = argsOf(cometAbi, 'AbsorbCollateral', collateralAbsorbed, log);
    const own = debts.filter(({ address: comet, transactionHash }) => comet === log.address && transactionHash === log.transactionHash).map((one) => argsOf(cometAbi, 'AbsorbDebt', debtAbsorbed, one));
    const paidOut = own.find(([, borrower]) => borrower === account)?.[2] ?? 0n;
    const block = { number: log.blockNumber, hash: log.blockHash, timestamp: 0n };
    const [base] = decodeResult(cometAbi, 'baseToken', z.tuple([anAddress]), (await this.client.multicall(block, [callOf(log.address, cometAbi, 'baseToken')]))[0]);
    const [debt, collateral] = await this.tokens.assets(block, [base, taken]);
    const { transactionHash, blockNumber, blockHash } = log;
    return { protocol: this.protocol, account, contract: log.address, collateral: collateral as LiquidationSeen['collateral'], debt: debt as LiquidationSeen['debt'], debtCovered: rawAmount(paidOut), collateralSeized: rawAmount(amount), transactionHash, blockNumber, blockHash };
  }
}
