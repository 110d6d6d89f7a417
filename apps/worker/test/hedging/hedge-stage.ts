import type { VenueConnection } from '@ballast/connectors/venues';
import { DEFAULT_ACCOUNT_BOUNDS, type AccountBounds, type HedgePolicy, type Notice, type VenueOwner } from '@ballast/policy';
import { instrumentId, partsOfInstrument, usdQuote, clientOrderId, positionId, type InstrumentId, type PerpetualPosition, type VenueAccountId, type VenueFill } from '@ballast/positions';
import { assess } from '@ballast/risk';
import { Database, HedgePlanStore, HedgingRoundStore, LeaseStore, PositionStore, PrismaOutbox, PrismaVenueJournal, VenueAccountStore, VenueAlarmReader, VenueBooksStore, VenueInstrumentStore, VenueJournalReader, VenueKeyStore, VenueMarkStore, VenueStopStore, type StoredHedgePlan } from '@ballast/storage';
import { WAD, address, chainId, parseDecimal, type Address, type Bps, type ContractsE18, type UsdE8 } from '@ballast/units';
import { plainHyperliquid } from '../../../paper-venue/test/plain-hyperliquid.js';
import { operatedVenue, operatorOf, type OperatedVenue } from '../../../paper-venue/test/started-venue.js';
import { aHedgePolicy } from '../../../../test/factories/hedge.js';
import { aCollateralLeg, aDebtLeg, aLendingPosition, aPrice } from '../../../../test/factories/lending-position.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { clientOf } from '../../../../libs/storage/src/database.js';
import { hedging, type Hedging } from '../../src/hedging/compose.js';
import type { VenueLine } from '../../src/hedging/keeping.js';
import { StoredBooks, StoredKeeping, StoredRecords } from '../../src/hedging/stored.js';
import type { Breakable, StageOptions, StagePlace } from './stage-options.js';
import { VENUES, VenueThere, agentOf, connectStage, type StageKey, type StageVenueName } from './stage-venues.js';

const e18 = (text: string): bigint => parseDecimal(text, 18);
const usd = (text: string): UsdE8 => parseDecimal(text, 8) as UsdE8;
const CHAIN = chainId(31_337);
const OWNER = address(`0x${'0a'.repeat(20)}`);

/** An owner with a loan on chain, an account at a paper venue, a plan to hedge the one with the other, and the stages that do it, on a real database. */
export class HedgeStage {
  private hedging: Hedging;
  readonly replanned: VenueOwner[] = [];
  readonly chainId = CHAIN;
  readonly owner: Address = OWNER;
  readonly account: VenueAccountId;
  readonly instrument: InstrumentId;
  readonly there: VenueThere;
  /** Dollars that the loan owes. */
  owed = '20000';
  private block = 100n;

  private constructor(
    private readonly on: StageVenueName, readonly venue: OperatedVenue, private readonly key: StageKey, readonly connection: VenueConnection, readonly database: Database, private readonly made: TestDatabase, readonly plan: StoredHedgePlan | null,
    private readonly clock: { ahead: number },
  ) {
    ({ account: this.account, instrument: this.instrument } = VENUES[on]);
    this.there = new VenueThere(venue, on, key.account);
    this.hedging = this.process();
  }

  static async open(postgresUrl: string, { on = 'hyperliquid', deposit = VENUES[on].deposit, policy = {}, hasPlan = true, clientIds = 'once', timeoutMs = 1_500, puts = [] }: StageOptions = {}): Promise<HedgeStage> {
    const clock = { ahead: 0 };
    const now = (): number => Date.now() + clock.ahead;
    const { place, account, instrument, currency } = VENUES[on];
    const made = await createTestDatabase(postgresUrl);
    const venue = await operatedVenue({ wall: now, clientIds });
    const key = await venue.let<StageKey>(`${on}/accounts`, { deposits: { [currency]: deposit } });
    await venue.let(`${on}/events`, { kind: 'prices', instrument: partsOfInstrument(instrument).symbol, mark: '3000', book: { bids: [['2999', '90000']], asks: [['3001', '90000']] } });
    for (const name of puts) await venue.let('deribit/options', { instrument: name, markIv: 62, bidIv: 60, askIv: 64, amount: 50 });
    if (on === 'hyperliquid') {
      // Somebody whose position makes the market large enough for ours.
      const whale = await venue.let<StageKey>('hyperliquid/accounts', { deposits: { USDC: '90000000' } });
      await (await connectStage(whale, venue.url, now, timeoutMs)).trader.place({ account, instrument, clientId: clientOrderId('f'.repeat(32)), side: 'buy', contracts: e18('50000') as ContractsE18, priceCap: usdQuote(usd('3001')), reduceOnly: false, validUntil: now() + 5_000 });
    }
    const database = await Database.open(made.url, { applicationName: 'hedge-stage' });
    const of = { chainId: CHAIN, owner: OWNER };
    const [keys, ofKey] = [new VenueKeyStore(database), { ...place, name: 'main' }];
    await keys.add({ ...of, ...ofKey, label: 'mine', sealed: 'sealed', limits: { instruments: [instrument, ...puts.map((name) => instrumentId(place, name))], maxNotionalUsdE8: usd('1000000'), turnoverPerDayUsdE8: usd('9000000'), maxPriceApart: (puts.length > 0 ? 1_000n : 100n) as Bps } });
    await keys.setState(ofKey, { kind: 'connected', ends: { kind: 'never' } }, []);
    await keys.accept(ofKey, of, 'all that it holds');
    await new VenueAccountStore(database).put({ ...of, id: account, keyName: 'main', carriesHedges: true });
    const { version: _, ...wanted } = aHedgePolicy({ depthShare: 10_000n as Bps, caps: { ordersPerDay: 500, notionalPerDayUsdE8: usd('90000000'), slicesPerMinute: 100 }, minIntervalMs: 1_000, ...policy });
    const plan = hasPlan ? await new HedgePlanStore(database).put({ ...of, environment: 'paper', policy: wanted, legs: [{ account, instrument, maxNotionalUsdE8: usd('500000') }], puts: puts.length > 0 ? { kind: 'account', account } : { kind: 'none' } }, () => []) : null;
    return new HedgeStage(on, venue, key, await connectStage(key, venue.url, now, timeoutMs), database, made, plan, clock);
  }

  /** A stage that another process has opened, as a process of its own has it; closing it leaves all as it is. */
  static async join({ on, venueUrl, databaseUrl, key, ahead }: StagePlace): Promise<HedgeStage> {
    const now = (): number => Date.now() + ahead;
    const stop = async (): Promise<void> => undefined;
    const database = await Database.open(databaseUrl, { applicationName: 'hedge-stage-joined' });
    return new HedgeStage(on, { port: Number(new URL(venueUrl).port), url: venueUrl, stop, ...operatorOf(venueUrl) }, key, await connectStage(key, venueUrl, now, 10_000), database, { url: databaseUrl, drop: stop }, null, { ahead });
  }

  get place(): StagePlace {
    return { on: this.on, venueUrl: this.venue.url, databaseUrl: this.made.url, key: this.key, ahead: this.clock.ahead };
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

  /** So many ETH of collateral against what is owed, read just now; its oracle is so many milliseconds old. */
  async loan(coins: string, priceUsd = '3000', oracleAgeMs = 0): Promise<void> {
    const price = aPrice(usd(priceUsd), BigInt(Math.floor((this.now() - oracleAgeMs) / 1_000)));
    const bare = aLendingPosition({
      account: this.owner, id: positionId(CHAIN, 'aave-v3', this.owner), collaterals: coins === '0' ? [] : [aCollateralLeg({ amount: e18(coins), price, rate: { kind: 'rate', underlying: 'ETH', rateE18: WAD } })],
      debts: coins === '0' ? [] : [aDebtLeg({ amount: parseDecimal(this.owed, 6), rate: { kind: 'rate', underlying: 'USD', rateE18: WAD } })],
    });
    this.block += 1n;
    const position = { ...bare, provenance: { ...bare.provenance, blockNumber: this.block, blockTimestamp: BigInt(Math.floor(this.now() / 1_000)), observedAt: this.now() } };
    await new PositionStore(this.database).save([{ position, report: assess({ position, ticks: [] }) }], []);
  }

  /** What the venue trades at, with so many contracts on one level of each side. */
  async price(mark: string, size = '90000', more: { readonly index?: string } = {}): Promise<void> {
    const at = Number(mark);
    const round = (value: number): string => value.toFixed(1);
    await this.happens({ kind: 'prices', instrument: this.symbol, mark, ...more, book: { bids: [[round(at * 0.9997), size]], asks: [[round(at * 1.0003), size]] } });
  }

  happens(event: Record<string, unknown>): Promise<unknown> {
    return this.venue.let(`${this.on}/events`, event);
  }

  faults(...rules: readonly { readonly on: string; readonly kind: string; readonly times?: number; readonly byMs?: number }[]): Promise<unknown> {
    return this.venue.let(`${this.on}/faults`, { silence: 'reset', rules: rules.map(({ on, kind, times = 1, byMs }) => ({ on, fault: { kind, ...(byMs === undefined ? {} : { byMs }) }, times })) });
  }

  /** From now on nothing is answered, and no connection breaks. */
  silence(): Promise<unknown> {
    return this.venue.let(`${this.on}/faults`, { silence: 'hang', rules: [{ on: 'any', fault: { kind: 'reply-lost' }, times: 1_000_000 }] });
  }

  revoke(): Promise<unknown> {
    return this.venue.let('hyperliquid/keys/revoke', { key: agentOf(this.key).agent });
  }

  deleverage(shareBps: number, price: string): Promise<unknown> {
    return this.happens({ kind: 'adl', account: this.key.account, instrument: this.symbol, shareBps, price });
  }

  /** Funding that is paid once, at this rate, and none before or after it. */
  async funding(rate: string): Promise<void> {
    for (const event of [{ kind: 'funding-rate', rate }, { kind: 'pay-funding' }, { kind: 'funding-rate', rate: '0' }]) await this.happens({ ...event, instrument: this.symbol });
  }

  /** The owner stops what is sent to venues. */
  async stop(level: 'no-grow' | 'cancel-all'): Promise<void> {
    await new VenueStopStore(this.database).set({ ...this.ownStop, level, reason: 'a drill' });
  }

  async goOn(): Promise<void> {
    await new VenueStopStore(this.database).release(this.ownStop);
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
    await new VenueAccountStore(this.database).setBounds(this.account, { chainId: CHAIN, owner: this.owner }, rest, []);
  }

  /** The owner changes what he wants. */
  async replan({ policy = {}, legs = this.plan?.legs ?? [] }: { readonly policy?: Partial<HedgePolicy>; readonly legs?: StoredHedgePlan['legs'] }): Promise<StoredHedgePlan> {
    if (this.plan === null) throw new Error('this stage has no plan');
    const { version: _, ...wanted } = { ...this.plan.policy, ...policy };
    return new HedgePlanStore(this.database).put({ ...this.plan, policy: wanted, legs }, () => []);
  }

  private plain() {
    const { account, privateKey } = agentOf(this.key);
    return plainHyperliquid({ url: this.venue.url, account, privateKey });
  }

  private get symbol(): string {
    return partsOfInstrument(this.instrument).symbol;
  }

  private get ownStop() {
    return { environment: 'paper', scope: { kind: 'owner', chainId: CHAIN, owner: this.owner }, setBy: 'owner' } as const;
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
    return (await this.connection.reader.account(this.account)).positions[0] as PerpetualPosition | undefined;
  }

  /** Contracts as a number; below zero short. */
  async held(): Promise<number> {
    return Number((await this.position())?.contracts ?? 0n) / 1e18;
  }

  async fills(): Promise<readonly VenueFill[]> {
    return (await this.connection.reader.fills(this.account, { kind: 'since', at: 0 })).items;
  }

  /** Everything that the venue ever executed for us, as a number. */
  async executed(): Promise<number> {
    return (await this.fills()).reduce((sum, { side, contracts }) => sum + (side === 'buy' ? 1 : -1) * (Number(contracts) / 1e18), 0);
  }

  async accountDecision(): Promise<{ readonly kind: string; readonly reason: string } | null> {
    const [last] = await new VenueJournalReader(this.database).decisions({ account: this.account }, 1);
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

  /** The process that acts ends in order: another one may take over at once. */
  async end(): Promise<void> {
    await this.hedging.leases.giveUp();
  }

  async close(): Promise<void> {
    await this.venue.stop();
    await this.database.close();
    await this.made.drop();
  }
}
