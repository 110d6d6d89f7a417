import { connectVenue, type VenueConnection } from '@ballast/connectors/venues';
import { DEFAULT_ACCOUNT_BOUNDS, type AccountBounds, type HedgePolicy, type Notice, type VenueJournal, type VenueLease, type VenueOwner } from '@ballast/policy';
import { instrumentId, usdQuote, venueAccountId, clientOrderId, positionId, type InstrumentId, type PerpetualPosition, type VenueAccountId } from '@ballast/positions';
import { assess } from '@ballast/risk';
import { Database, HedgePlanStore, HedgingRoundStore, LeaseStore, PositionStore, PrismaOutbox, PrismaVenueJournal, VenueAccountStore, VenueAlarmReader, VenueBooksStore, VenueInstrumentStore, VenueJournalReader, VenueKeyStore, VenueMarkStore, VenueStopStore, type StoredHedgePlan } from '@ballast/storage';
import { WAD, address, chainId, parseDecimal, type Address, type Bps, type ContractsE18, type UsdE8 } from '@ballast/units';
import { plainHyperliquid } from '../../../paper-venue/test/plain-hyperliquid.js';
import { operatedVenue, type HyperliquidAccount, type OperatedVenue } from '../../../paper-venue/test/started-venue.js';
import { aHedgePolicy } from '../../../../test/factories/hedge.js';
import { aCollateralLeg, aDebtLeg, aLendingPosition, aPrice } from '../../../../test/factories/lending-position.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { clientOf } from '../../../../libs/storage/src/database.js';
import { hedging, type Hedging } from '../../src/hedging/compose.js';
import type { VenueLine } from '../../src/hedging/keeping.js';
import { StoredBooks, StoredKeeping, StoredRecords } from '../../src/hedging/stored.js';

export const HYPERLIQUID = { environment: 'paper', venue: 'hyperliquid' } as const;
export const ACCOUNT: VenueAccountId = venueAccountId(HYPERLIQUID, 'main');
export const ETH: InstrumentId = instrumentId(HYPERLIQUID, 'ETH');
export const e18 = (text: string): bigint => parseDecimal(text, 18);
export const usd = (text: string): UsdE8 => parseDecimal(text, 8) as UsdE8;
const CHAIN = chainId(31_337);

/** What of a process's way to the journal, the venue and the stores a test may break. */
export interface Breakable {
  readonly journal: VenueJournal;
  readonly line: VenueLine;
}

export interface StageOptions {
  readonly deposit?: string;
  readonly policy?: Partial<HedgePolicy>;
  readonly hasPlan?: boolean;
}

/** An owner with a loan on chain, an account at a paper venue, a plan to hedge the one with the other, and the stages that do it, on a real database. */
export class HedgeStage {
  private hedging: Hedging;
  readonly replanned: VenueOwner[] = [];
  readonly chainId = CHAIN;
  private block = 100n;

  private constructor(
    readonly venue: OperatedVenue, private readonly key: HyperliquidAccount, readonly connection: VenueConnection, readonly database: Database, private readonly made: TestDatabase, readonly owner: Address, readonly plan: StoredHedgePlan | null, private readonly clock: { ahead: number },
  ) {
    this.hedging = this.process();
  }

  static async open(postgresUrl: string, { deposit = '120000', policy = {}, hasPlan = true }: StageOptions = {}): Promise<HedgeStage> {
    const clock = { ahead: 0 };
    const now = (): number => Date.now() + clock.ahead;
    const made = await createTestDatabase(postgresUrl);
    const venue = await operatedVenue({ wall: now });
    const [key, whale] = [await venue.let<HyperliquidAccount>('hyperliquid/accounts', { deposits: { USDC: deposit } }), await venue.let<HyperliquidAccount>('hyperliquid/accounts', { deposits: { USDC: '90000000' } })];
    await venue.let('hyperliquid/events', { kind: 'prices', instrument: 'ETH', mark: '3000', book: { bids: [['2999', '90000']], asks: [['3001', '90000']] } });
    const connect = (from: HyperliquidAccount): Promise<VenueConnection> => connectVenue({ environment: 'paper', accountName: 'main', url: venue.url, paced: false, now, timeoutMs: 1_500, credentials: { venue: 'hyperliquid', account: address(from.account), agentKey: from.privateKey as `0x${string}` } });
    // Somebody whose position makes the market large enough for ours.
    await (await connect(whale)).trader.place({ account: ACCOUNT, instrument: ETH, clientId: clientOrderId('f'.repeat(32)), side: 'buy', contracts: e18('50000') as ContractsE18, priceCap: usdQuote(usd('3001')), reduceOnly: false, validUntil: now() + 5_000 });
    const database = await Database.open(made.url, { applicationName: 'hedge-stage' });
    const owner = address(`0x${'0a'.repeat(20)}`);
    const of = { chainId: CHAIN, owner };
    const keys = new VenueKeyStore(database);
    await keys.add({ ...of, ...HYPERLIQUID, name: 'main', label: 'mine', sealed: 'sealed', limits: { instruments: [ETH], maxNotionalUsdE8: usd('1000000'), turnoverPerDayUsdE8: usd('9000000'), maxPriceApart: 100n as Bps } });
    await keys.setState({ ...HYPERLIQUID, name: 'main' }, { kind: 'connected', ends: { kind: 'never' } }, []);
    await keys.accept({ ...HYPERLIQUID, name: 'main' }, of, 'all that it holds');
    await new VenueAccountStore(database).put({ ...of, id: ACCOUNT, keyName: 'main', carriesHedges: true });
    const { version: _, ...wanted } = aHedgePolicy({ depthShare: 10_000n as Bps, caps: { ordersPerDay: 500, notionalPerDayUsdE8: usd('90000000'), slicesPerMinute: 100 }, minIntervalMs: 1_000, ...policy });
    const plan = hasPlan ? await new HedgePlanStore(database).put({ ...of, environment: 'paper', policy: wanted, legs: [{ account: ACCOUNT, instrument: ETH, maxNotionalUsdE8: usd('500000') }], puts: { kind: 'none' } }, () => []) : null;
    return new HedgeStage(venue, key, await connect(key), database, made, owner, plan, clock);
  }

  readonly now = (): number => Date.now() + this.clock.ahead;
  advance(ms: number): void {
    this.clock.ahead += ms;
  }

  /** A process of its own on the same database: nothing is remembered from another. `broken` wraps what it acts through; `holder` names it. */
  process({ broken = (parts) => parts, holder = 'stage', hasGateway = true }: { readonly broken?: (parts: Breakable) => Breakable; readonly holder?: string; readonly hasGateway?: boolean } = {}): Hedging {
    const { database, now } = this;
    const journal = new PrismaVenueJournal(database);
    const accounts = new VenueAccountStore(database);
    const { reader, trader, checkKey } = this.connection;
    const line: VenueLine = {
      reader, trader,
      checkKey: async () => {
        const { expiresAt } = await checkKey();
        return { scopes: { trade: true, withdraw: false }, ends: expiresAt.kind === 'unknown' ? { kind: 'unknown' } : expiresAt.value === 'never' ? { kind: 'never' } : { kind: 'at', at: expiresAt.value } };
      },
    };
    const parts = broken({ journal, line });
    return hedging({
      chainId: CHAIN, chainName: 'Local chain', environment: 'paper', journal: parts.journal, lines: hasGateway ? { line: () => parts.line } : null, holder, now,
      keeping: new StoredKeeping({ plans: new HedgePlanStore(database), accounts, keys: new VenueKeyStore(database), stops: new VenueStopStore(database) }, now),
      books: new StoredBooks({ accounts, books: new VenueBooksStore(database), marks: new VenueMarkStore(database) }), records: new StoredRecords(new VenueJournalReader(database), new VenueAlarmReader(database), journal),
      positions: new PositionStore(database), outbox: new PrismaOutbox(database), leases: new LeaseStore(database), keepListing: (listed) => new VenueInstrumentStore(database).put(listed, new Date(now())), finished: (at) => new HedgingRoundStore(database).finished(CHAIN, at), opener: null,
    });
  }

  /** The process dies and another one begins. */
  restart(made: Hedging = this.process()): void {
    this.hedging = made;
  }

  /** So many ETH of collateral against 20,000 dollars, read just now. */
  async loan(coins: string, priceUsd = '3000'): Promise<void> {
    const price = aPrice(usd(priceUsd), BigInt(Math.floor(this.now() / 1_000)));
    const bare = aLendingPosition({
      account: this.owner, id: positionId(CHAIN, 'aave-v3', this.owner), collaterals: coins === '0' ? [] : [aCollateralLeg({ amount: e18(coins), price, rate: { kind: 'rate', underlying: 'ETH', rateE18: WAD } })],
      debts: coins === '0' ? [] : [aDebtLeg({ rate: { kind: 'rate', underlying: 'USD', rateE18: WAD } })],
    });
    this.block += 1n;
    const position = { ...bare, provenance: { ...bare.provenance, blockNumber: this.block, blockTimestamp: BigInt(Math.floor(this.now() / 1_000)), observedAt: this.now() } };
    await new PositionStore(this.database).save([{ position, report: assess({ position, ticks: [] }) }], []);
  }

  /** What the venue trades at, with so many contracts on one level of each side. */
  async price(mark: string, size = '90000', more: { readonly index?: string } = {}): Promise<void> {
    const at = Number(mark);
    const round = (value: number): string => value.toFixed(1);
    await this.venue.let('hyperliquid/events', { kind: 'prices', instrument: 'ETH', mark, ...more, book: { bids: [[round(at * 0.9997), size]], asks: [[round(at * 1.0003), size]] } });
  }

  happens(event: Record<string, unknown>): Promise<unknown> {
    return this.venue.let('hyperliquid/events', event);
  }

  faults(...rules: readonly { readonly on: string; readonly kind: string; readonly times?: number; readonly byMs?: number }[]): Promise<unknown> {
    return this.venue.let('hyperliquid/faults', { silence: 'reset', rules: rules.map(({ on, kind, times = 1, byMs }) => ({ on, fault: { kind, ...(byMs === undefined ? {} : { byMs }) }, times })) });
  }

  revoke(): Promise<unknown> {
    return this.venue.let('hyperliquid/keys/revoke', { key: this.key.agent });
  }

  deleverage(shareBps: number, price: string): Promise<unknown> {
    return this.happens({ kind: 'adl', account: this.key.account, instrument: 'ETH', shareBps, price });
  }

  /** An order that the owner places himself, with a name that is none of ours. */
  async byHand(side: 'buy' | 'sell', size: string): Promise<void> {
    await (await this.plain()).createOrder('ETH/USDC:USDC', 'limit', side, Number(size), side === 'sell' ? 2_900 : 3_100, { timeInForce: 'IOC' });
  }

  /** The owner's own choice of margin. */
  async margin(mode: 'cross' | 'isolated', leverage: number): Promise<void> {
    await (await this.plain()).setMarginMode(mode, 'ETH/USDC:USDC', { leverage });
  }

  /** Guards the account, with these bounds beside the cautious ones. */
  async guard(bounds: Partial<AccountBounds> = {}): Promise<void> {
    const { version: _, ...rest } = { ...DEFAULT_ACCOUNT_BOUNDS, depthShare: 10_000n as Bps, ...bounds };
    await new VenueAccountStore(this.database).setBounds(ACCOUNT, { chainId: CHAIN, owner: this.owner }, rest, []);
  }

  /** The owner changes what he wants. */
  async replan({ policy = {}, legs = this.plan?.legs ?? [] }: { readonly policy?: Partial<HedgePolicy>; readonly legs?: StoredHedgePlan['legs'] }): Promise<StoredHedgePlan> {
    if (this.plan === null) throw new Error('this stage has no plan');
    const { version: _, ...wanted } = { ...this.plan.policy, ...policy };
    return new HedgePlanStore(this.database).put({ ...this.plan, policy: wanted, legs }, () => []);
  }

  private plain() {
    return plainHyperliquid({ url: this.venue.url, account: this.key.account, privateKey: this.key.privateKey });
  }

  /** One turn of the round; what it threw is kept and not thrown. */
  async turn(times = 1): Promise<void> {
    for (let turn = 0; turn < times; turn += 1) {
      await this.hedging.round.turn(async (owner) => void this.replanned.push(owner));
      this.advance(1_500);
    }
  }

  /** Turns, with what is done before each, until something holds; throws where it never does. */
  async until(holds: () => Promise<boolean>, before: () => Promise<unknown>, most = 40): Promise<void> {
    for (let turn = 0; turn < most; turn += 1) {
      await before();
      await this.turn();
      if (await holds()) return;
    }
    throw new Error(`not within ${most} turns: holds ${await this.held()}, decided ${JSON.stringify(await this.lastDecision())}`);
  }

  /** The loan read anew and the book filled again, as every moment has it where nothing happens. */
  async moment(coins: string, price = '3000', size = '90000'): Promise<void> {
    await this.loan(coins, price);
    await this.price(price, size);
  }

  /** Until the hedge is within so much of so many contracts, at an unchanged price. */
  hedged(contracts: number, within: number, coins = '20', price = '3000', most = 40): Promise<void> {
    return this.until(async () => Math.abs((await this.held()) - contracts) <= within, () => this.moment(coins, price), most);
  }

  async position(): Promise<PerpetualPosition | undefined> {
    return (await this.connection.reader.account(ACCOUNT)).positions[0] as PerpetualPosition | undefined;
  }

  /** Contracts as a number; below zero short. */
  async held(): Promise<number> {
    return Number((await this.position())?.contracts ?? 0n) / 1e18;
  }

  /** Everything that the venue ever executed for us, as a number. */
  async executed(): Promise<number> {
    const { items } = await this.connection.reader.fills(ACCOUNT, { kind: 'since', at: 0 });
    return items.reduce((sum, { side, contracts }) => sum + (side === 'buy' ? 1 : -1) * (Number(contracts) / 1e18), 0);
  }

  async accountDecision(): Promise<{ readonly kind: string; readonly reason: string } | null> {
    const [last] = await new VenueJournalReader(this.database).decisions({ account: ACCOUNT }, 1);
    return last === undefined ? null : { kind: last.about.decision.kind, reason: last.about.decision.reason };
  }

  async moves(): Promise<readonly string[]> {
    const rows = await clientOf(this.database).venueMarginMove.findMany({ orderBy: { createdAt: 'asc' } });
    return rows.map(({ state }) => state);
  }

  async lastDecision(): Promise<{ readonly kind: string; readonly reason: string } | null> {
    const [last] = await new VenueJournalReader(this.database).decisions({ planId: this.plan?.id ?? '' }, 1);
    return last === undefined ? null : { kind: last.about.decision.kind, reason: last.about.decision.reason };
  }

  async notices(kind?: Notice['kind']): Promise<readonly { readonly kind: string; readonly severity: string; readonly data: Record<string, unknown> }[]> {
    const rows = await clientOf(this.database).$queryRaw<{ kind: string; severity: string; data: Record<string, unknown> }[]>`SELECT "kind", "severity", "data" FROM "OutboxEvent" ORDER BY "createdAt"`;
    return kind === undefined ? rows : rows.filter((row) => row.kind === kind);
  }

  orders(): ReturnType<VenueJournalReader['orders']> {
    return new VenueJournalReader(this.database).orders({ planId: this.plan?.id ?? '' }, 100);
  }

  async lease(): Promise<VenueLease | null> {
    return this.hedging.leases.hold(ACCOUNT);
  }

  async close(): Promise<void> {
    await this.venue.stop();
    await this.database.close();
    await this.made.drop();
  }
}
