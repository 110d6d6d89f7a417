import { Wallet } from 'ethers';
import pg from 'pg';
import { z } from 'zod';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { DEFAULT_ACCOUNT_BOUNDS, decideHedge, protectAccount, type AccountDecision, type HedgeDecision, type VenueIntent, type VenueSubject } from '@ballast/policy';
import { clientOrderId, instrumentId, known, usdQuote, venueAccountId, type DerivativeAccount, type VenueEnvironment } from '@ballast/positions';
import { assess, between } from '@ballast/risk';
import { HedgePlanStore, LeaseStore, PositionStore, PrismaVenueJournal, VenueAccountStore, VenueGatewayStore, VenueInstrumentStore, VenueKeyStore, VenueStopStore, venueLease } from '@ballast/storage';
import { WAD } from '@ballast/units';
import { holderOf, newHolderKey, openKey, sealKey, type KeyContent } from '@ballast/venue-wire';
import { HYPERLIQUID, aDerivativeAccount, aMarket, aPerpPosition, aPerpetual, anInversePerpetual, coins, contracts, settlement, usd } from '../../../test/factories/derivatives.js';
import { aHedgeInput, aLeg } from '../../../test/factories/hedge.js';
import { aCollateralLeg, aDebtLeg, aLendingPosition } from '../../../test/factories/lending-position.js';
import * as contract from '../src/contract/hedging-schemas.js';
import { activity, problem } from '../src/contract/schemas.js';
import { listen, type EventStream } from './event-stream.js';
import { Visitor, ownerOf, startStack, type Answer, type Stack } from './stack.js';

const CHAIN = 31337 as never;
const NAME = 'k3v9x0m2p7qa';
const ACCOUNT = venueAccountId(HYPERLIQUID, NAME);
/** A second account of the key, which carries no hedge. */
const OWN = venueAccountId(HYPERLIQUID, `${NAME}.own`);
const ETH = instrumentId(HYPERLIQUID, 'ETH');
const SECRET = `0x${'5e'.repeat(32)}` as const;
const LIMITS = { instruments: ['ETH'], maxNotionalUsd: '100000', turnoverPerDayUsd: '200000', maxPriceApartPercent: '1' };
const BOUNDS = { earliestUsePercent: '40', latestUsePercent: '70', mayAddMargin: true, mayClose: true, mostClosedPercent: '50', slippagePercent: '1' };

let stack: Stack;
let owner: Visitor;
let sql: pg.Client;
let holder: Awaited<ReturnType<typeof holderOf>>;
let sealed: string;
/** Every answer of this file: none may hold a secret. */
const answers: string[] = [];

const path = (what: string): string => `/v1/accounts/${ownerOf(stack)}/${what}`;
const of = () => ({ chainId: CHAIN, owner: ownerOf(stack) });

async function call(method: string, what: string, body?: unknown, by = owner): Promise<Answer> {
  const answer = await by.call(method, what.startsWith('/') ? what : path(what), body);
  answers.push(JSON.stringify(answer.body));
  if (answer.status >= 400) problem.parse(answer.body);
  return answer;
}
async function taken<T>(schema: z.ZodType<T>, method: string, what: string, body?: unknown, status = 200): Promise<T> {
  const answer = await call(method, what, body);
  expect(answer.body, JSON.stringify(answer.body)).not.toHaveProperty('code');
  expect(answer.status).toBe(status);
  return schema.parse(answer.body);
}
const derivatives = () => taken(contract.derivatives, 'GET', 'derivatives');
const seal = (name: string, environment: VenueEnvironment, to: string): Promise<string> => {
  const content: KeyContent = {
    credentials: { venue: 'hyperliquid', account: ownerOf(stack), agentKey: SECRET },
    limits: { instruments: [instrumentId({ environment, venue: 'hyperliquid' }, 'ETH')], maxNotionalUsdE8: usd(100_000), turnoverPerDayUsdE8: usd(200_000), maxPriceApart: 100n as never },
  };
  return sealKey(content, { ...of(), environment, venue: 'hyperliquid', name }, to);
};
const keyRequest = (change: Record<string, unknown> = {}) => ({ environment: 'paper', venue: 'hyperliquid', name: NAME, label: 'my hedges', sealed, limits: LIMITS, ...change });
const hedgeRequest = (change: Record<string, unknown> = {}) => ({
  environment: 'paper', mode: { kind: 'full', sharePercent: '100' }, maxNotionalUsd: '80000', fundingBudgetUsd: '300', legs: [{ account: ACCOUNT, instrument: 'ETH', maxNotionalUsd: '60000' }], ...change,
});
const gateways = (environment: VenueEnvironment, publicKey: string, seenAt: Date) => new VenueGatewayStore(stack.database).seen(CHAIN, { environment, publicKey, venues: ['hyperliquid', 'deribit'], seenAt });
/** The account as the worker would have read it a moment ago. */
const read = (change: Partial<DerivativeAccount> = {}): Promise<boolean> => {
  const now = Date.now();
  return new VenueAccountStore(stack.database).storeReading(aDerivativeAccount({ id: ACCOUNT, provenance: { observedAt: now, venueTime: known(now, now), source: 'test' }, ...change }));
};
const short = (held: number, change = {}) => aPerpPosition({ account: ACCOUNT, instrument: ETH, contracts: contracts(-held), ...change });

let block = aLendingPosition().provenance.blockNumber;

beforeAll(async () => {
  stack = await startStack({ postgresUrl: inject('postgresUrl'), redisUrl: inject('redisUrl') });
  sql = new pg.Client({ connectionString: stack.env['DATABASE_URL'] });
  await sql.connect();
  holder = await holderOf(await newHolderKey());
  sealed = await seal(NAME, 'paper', await holder.publicKey());
  owner = new Visitor(stack.baseUrl);
  await owner.signIn(stack.owner);
});
afterAll(async () => {
  await sql.end();
  await stack.stop();
});
/** The loan as it is read at a further block, a moment ago. */
async function readLoan(): Promise<void> {
  block += 1n;
  const position = aLendingPosition({
    account: ownerOf(stack), collaterals: [aCollateralLeg({ rate: { kind: 'rate', underlying: 'ETH', rateE18: WAD } })], debts: [aDebtLeg({ rate: { kind: 'rate', underlying: 'USD', rateE18: WAD } })],
    provenance: { ...aLendingPosition().provenance, blockNumber: block, observedAt: Date.now() },
  });
  await new PositionStore(stack.database).save([{ position, report: assess({ position, ticks: [] }) }], []);
}

/** What is seen stays fresh however slow the machine is. */
beforeEach(async () => {
  await readLoan();
  await gateways('paper', await holder.publicKey(), new Date());
});

describe('who may ask', () => {
  it.each([
    ['GET', 'derivatives'], ['GET', 'hedge-decisions'], ['GET', 'venue-stops'], ['POST', 'venue-stops', { environment: 'paper', level: 'no-grow' }], ['DELETE', 'venue-stops?environment=paper'],
    ['POST', 'venue-keys', {}], ['POST', `venue-keys/${NAME}/accept`, { warning: '' }], ['DELETE', `venue-keys/${NAME}`], ['PUT', 'hedges/ETH', {}], ['DELETE', 'hedges/ETH?environment=paper'],
    ['PUT', `venue-accounts/${ACCOUNT}/protection`, BOUNDS], ['DELETE', `venue-accounts/${ACCOUNT}/protection`],
  ])('%s %s is the owner’s alone', async (method, what, body?: unknown) => {
    const given = what === 'venue-keys' ? keyRequest() : what.startsWith('hedges') && method === 'PUT' ? hedgeRequest() : body;
    expect((await call(method, what, given, new Visitor(stack.baseUrl))).body).toMatchObject({ status: 401, code: 'not-signed-in' });
    const stranger = new Visitor(stack.baseUrl);
    await stranger.signIn(Wallet.createRandom());
    expect((await call(method, what, given, stranger)).body).toMatchObject({ status: 403, code: 'foreign-account' });
  });
});

describe('a trading key', () => {
  it('is sealed to a gateway that was seen lately', async () => {
    const publicKey = await holder.publicKey();
    await gateways('paper', publicKey, new Date());
    await gateways('live', publicKey, new Date(Date.now() - 60_000));
    const venues = await taken(contract.venueGateways, 'GET', '/v1/venues');
    expect(venues).toMatchObject({ chainId: 31337, gateways: [{ environment: 'paper', publicKey, venues: [{ venue: 'deribit' }, { venue: 'hyperliquid', credentials: [{ field: 'account', secret: false }, { field: 'agentKey', secret: true }] }] }] });
  });

  it('is refused where no gateway could open it, or it says what nobody can keep', async () => {
    const add = async (change: Record<string, unknown>) => (await call('POST', 'venue-keys', keyRequest(change))).body;
    expect(await add({ environment: 'live' })).toMatchObject({ status: 422, code: 'hedge-refused', detail: expect.stringContaining('a gateway is running') });
    expect(await add({ venue: 'okx' })).toMatchObject({ status: 422, code: 'hedge-refused' });
    expect(await add({ sealed: await seal(NAME, 'paper', await (await holderOf(await newHolderKey())).publicKey()) })).toMatchObject({ status: 422, detail: expect.stringContaining('another key') });
    expect(await add({ sealed: JSON.stringify({ agentKey: SECRET, more: 'x'.repeat(100) }) })).toMatchObject({ status: 400, errors: [{ field: 'sealed' }] });
    expect(await add({ limits: { ...LIMITS, maxNotionalUsd: '-1' } })).toMatchObject({ status: 422, detail: expect.stringContaining('limits.maxNotionalUsd') });
    expect(await add({ limits: { ...LIMITS, maxPriceApartPercent: '100' } })).toMatchObject({ status: 422, detail: expect.stringContaining('limits.maxPriceApartPercent') });
    expect(await add({ limits: { ...LIMITS, maxPriceApartPercent: '0.123' } })).toMatchObject({ status: 422 });
    expect(await add({ limits: { ...LIMITS, instruments: [] } })).toMatchObject({ status: 400 });
    expect((await derivatives()).keys).toEqual([]);
  });

  it('is handed in once, and what was sealed is stored as it came', async () => {
    expect(await taken(contract.venueKey, 'POST', 'venue-keys', keyRequest(), 201)).toMatchObject({ name: NAME, environment: 'paper', venue: 'hyperliquid', state: 'new', warning: null, limits: { instruments: ['ETH'], maxNotionalUsd: '100000.00', maxPriceApartPercent: '1' } });
    const stored = await new VenueKeyStore(stack.database).get({ ...HYPERLIQUID, name: NAME });
    expect(stored?.sealed).toBe(sealed);
    expect((await openKey(holder, { ...of(), ...HYPERLIQUID, name: NAME }, stored?.sealed ?? '')).credentials).toMatchObject({ agentKey: SECRET });
    expect((await call('POST', 'venue-keys', keyRequest())).body).toMatchObject({ status: 409, code: 'hedge-outdated' });
    // The routes name a key by its name alone: one of the same name elsewhere would be hidden behind it.
    expect((await call('POST', 'venue-keys', keyRequest({ venue: 'deribit' }))).body).toMatchObject({ status: 409 });
  });

  it('is accepted after its account was read, with the same words whatever the amounts', async () => {
    const accept = (warning: string) => call('POST', `venue-keys/${NAME}/accept`, { warning });
    const said = 'If our server is stolen, this account can lose all it holds: 60,000 USDC. Your loans cannot be touched through it.';
    expect((await accept(said)).body).toMatchObject({ status: 422, code: 'hedge-refused' });
    await new VenueKeyStore(stack.database).setState({ ...HYPERLIQUID, name: NAME }, { kind: 'connected', ends: { kind: 'at', at: 1_900_000_000_000 } }, []);
    await new VenueAccountStore(stack.database).put({ ...of(), id: ACCOUNT, keyName: NAME, carriesHedges: false });
    const reading = await derivatives();
    expect(reading).toMatchObject({ keys: [{ state: 'connected', warning: null }], accounts: [{ state: 'reading', equity: null, currency: null, sentence: 'Hyperliquid was not read yet.' }] });
    expect((await accept(said)).body).toMatchObject({ status: 422 });
    await read();
    const [key] = (await derivatives()).keys;
    expect(key?.warning?.replace(/\s/g, ' ')).toBe(said);
    expect((await accept('If our server is stolen, nothing happens.')).body).toMatchObject({ status: 409, code: 'hedge-outdated' });
    expect((await call('PUT', 'hedges/ETH', hedgeRequest())).body).toMatchObject({ status: 422, detail: expect.stringContaining('you accepted') });
    expect((await call('PUT', `venue-accounts/${ACCOUNT}/protection`, BOUNDS)).body).toMatchObject({ status: 422, detail: expect.stringContaining('you accepted') });
    await read({ equity: settlement(61_234.5) });
    expect(await taken(contract.venueKey, 'POST', `venue-keys/${NAME}/accept`, { warning: key?.warning })).toMatchObject({ state: 'accepted', endsAt: new Date(1_900_000_000_000).toISOString() });
    const { rows } = await sql.query<{ accepted: string }>('SELECT "accepted" FROM "VenueKey"');
    expect(rows[0]?.accepted).toBe(key?.warning);
    expect((await call('POST', 'venue-keys/aaaaaaaaaaaa/accept', { warning: said })).body).toMatchObject({ status: 404 });
  });
});

describe('a hedge', () => {
  it('is refused, each time for one thing', async () => {
    await new VenueInstrumentStore(stack.database).put([aPerpetual(), aPerpetual({ id: instrumentId(HYPERLIQUID, 'BTC'), underlying: 'BTC' }), anInversePerpetual()], new Date());
    const leg = { account: ACCOUNT, instrument: 'ETH', maxNotionalUsd: '60000' };
    const refusal = async (change: Record<string, unknown>, underlying = 'ETH') => (await call('PUT', `hedges/${underlying}`, hedgeRequest(change))).body;
    const other = venueAccountId(HYPERLIQUID, 'zzzzzzzzzzzz');
    const live = venueAccountId({ environment: 'live', venue: 'hyperliquid' }, NAME);
    const cases: [Record<string, unknown>, string][] = [
      [{ legs: [{ ...leg, account: other }] }, 'account: '], [{ legs: [{ ...leg, account: live }] }, 'account: '], [{ environment: 'live' }, 'one of live'],
      [{ legs: [{ ...leg, instrument: 'BTC' }] }, 'sealed for'], [{ legs: [{ ...leg, instrument: 'SOL' }] }, 'sealed for'], [{ legs: [{ ...leg, maxNotionalUsd: '100000.01' }] }, 'at most what the key'],
      [{ legs: [{ ...leg, maxNotionalUsd: '0' }] }, 'maxNotionalUsd'], [{ legs: [leg, leg] }, 'each once'], [{ maxNotionalUsd: '-1' }, 'maxNotionalUsd'], [{ maxNotionalUsd: '9'.repeat(70) }, 'maxNotionalUsd'], [{ fundingBudgetUsd: '0' }, 'fundingBudgetUsd'],
      [{ mode: { kind: 'full', sharePercent: '100.01' } }, 'sharePercent'], [{ mode: { kind: 'full', sharePercent: '0' } }, 'sharePercent'], [{ mode: { kind: 'above-hf', sharePercent: '80', belowHealth: '1.2', fullAtHealth: '1.3' } }, 'belowHealth'],
      [{ mode: { kind: 'above-hf', sharePercent: '80', belowHealth: '1.5', fullAtHealth: '1' } }, 'fullAtHealth'], [{ mode: { kind: 'above-hf', sharePercent: '80', belowHealth: '-1.5', fullAtHealth: '1.1' } }, 'belowHealth'], [{ mode: { kind: 'tail' } }, 'putsIn'],
      [{ maxLeverage: '5.01' }, 'maxLeverage'], [{ maxLeverage: '-1' }, 'maxLeverage'], [{ survivePercent: '4' }, 'survivePercent'], [{ slippagePercent: '3.01' }, 'slippagePercent'], [{ slippagePercent: '1.01' }, 'for which the key was sealed'], [{ putsIn: other }, 'account: '],
    ];
    for (const [change, said] of cases) expect(await refusal(change), JSON.stringify(change)).toMatchObject({ status: 422, code: 'hedge-refused', detail: expect.stringContaining(said) });
    expect(await refusal({}, 'BTC')).toMatchObject({ status: 422, detail: expect.stringContaining('a perpetual of BTC') });
    expect(await refusal({}, 'USD')).toMatchObject({ status: 400 });
    expect(await refusal({ legs: [] })).toMatchObject({ status: 400 });
    expect(await refusal({ legs: [{ ...leg, account: 'paper:nowhere:account:x' }] })).toMatchObject({ status: 400 });
    expect((await call('DELETE', 'hedges/ETH?environment=paper')).body).toMatchObject({ status: 404, code: 'not-found' });
    expect(await new HedgePlanStore(stack.database).ofOwner(CHAIN, ownerOf(stack))).toEqual([]);
  });

  it('is stored as it was asked for, and waits to be looked at', async () => {
    const asked = hedgeRequest({ mode: { kind: 'above-hf', sharePercent: '80', belowHealth: '1.55555', fullAtHealth: '1.1' }, maxLeverage: '1.755', survivePercent: '40', slippagePercent: '0.25' });
    const hedge = await taken(contract.hedge, 'PUT', 'hedges/ETH', asked);
    expect(hedge).toMatchObject({
      state: 'reading', reason: null, version: 1, before: null, held: null, after: null, onePercentFallUsd: null, band: null, decidedAt: null, health: expect.stringMatching(/^Your weakest loan in ETH stands at 1\.24\./),
      request: { ...asked, maxNotionalUsd: '80000.00', fundingBudgetUsd: '300.00', legs: [{ account: ACCOUNT, instrument: 'ETH', maxNotionalUsd: '60000.00' }] },
      costs: { feesUsd: '0.00', fundingUsd: '0.00', budgetUsedPercent: '0.0' },
    });
    const [plan] = await new HedgePlanStore(stack.database).ofOwner(CHAIN, ownerOf(stack));
    expect(plan).toMatchObject({ id: hedge.id, environment: 'paper', active: true, policy: { version: 1, mode: { kind: 'above-hf', share: 8_000n, below: 1_555_550_000_000_000_000n }, maxLeverage: 1_755_000_000_000_000_000n, survive: 4_000n, slippage: 25n }, legs: [{ maxNotionalUsdE8: usd(60_000) }], puts: { kind: 'none' } });
    expect(await new VenueAccountStore(stack.database).get(ACCOUNT)).toMatchObject({ carriesHedges: true });
    // Nobody looked at it: a hedge that is not run is not shown as one that is.
    await sql.query(`UPDATE "HedgePlanVersion" SET "createdAt" = "createdAt" - interval '1 minute'`);
    expect((await derivatives()).hedges).toMatchObject([{ state: 'cannot', reason: 'not-looked-at', sentence: expect.stringContaining('Nobody has looked') }]);
    expect(await taken(contract.hedge, 'PUT', 'hedges/ETH', hedgeRequest())).toMatchObject({ id: hedge.id, version: 2, state: 'reading', sentence: expect.stringContaining('since you changed it') });
  });

  it('is shown as it was decided, with the exposure before and after it', async () => {
    const now = Date.now();
    await read({ equity: settlement(60_000), maintenanceMargin: known(settlement(150), now), positions: [short(2.5, { liquidation: { kind: 'price', usdE8: usd(3_837.12) }, unrealised: known(settlement(-12.345), now) })] });
    await decided(decision(10, -2.5));
    const all = await derivatives();
    const [hedge] = all.hedges;
    expect(hedge).toMatchObject({
      state: 'trading', reason: 'outside-band', before: { low: '10', high: '10' }, held: { low: '-2.5', high: '-2.5' }, after: { low: '7.5', high: '7.5' }, onePercentFallUsd: { without: '300.00', with: '225.00' }, band: { low: expect.any(String) },
      legs: [{ account: ACCOUNT, instrument: 'ETH', coins: '2.5', side: 'short', entryUsd: '3000', resultUsd: '-12.35', liquidation: { kind: 'price', usd: '3837.12', distancePercent: '27.9' }, marginRatio: '400.0', freshness: 'fresh' }],
    });
    // Both ends of a loan's interval may be apart by the smallest unit of each leg.
    expect(all.underlyings).toMatchObject([{ underlying: 'ETH', environment: 'paper', parts: [{ what: 'lending', label: 'Aave v3 loan', freshness: 'fresh' }], before: { low: '10' }, hedge: { low: '-2.5', high: '-2.5' }, after: { low: '7.5' }, priceUsd: '3000' }]);
    expect(Number(all.underlyings[0]?.onePercentFallUsd)).toBeCloseTo(225, 1);
    expect(all.headline).toMatch(/^PAPER: If ETH falls 1%, you lose \$22[56] instead of \$30[01]$/);
    expect(all.accounts).toMatchObject([{
      state: 'read', equity: '60000', currency: 'USDC', marginRatio: '400.0', marginUsePercent: '0.3', sentence: 'ETH must rise 27.9%, to $3,837, before Hyperliquid may liquidate this account.', protection: { state: 'off', bounds: null },
      positions: [{ kind: 'perpetual', side: 'short', contracts: '2.5', coins: '2.5', unrealised: '-12.345', fundingPercentAYear: expect.stringMatching(/^\d/) }],
    }]);
  });

  it('says what nobody knows as unknown, and never as nothing', async () => {
    await sql.query(`UPDATE "VenueAccount" SET "reading" = NULL, "readAt" = NULL`);
    const all = await derivatives();
    expect(all.hedges[0]?.legs).toMatchObject([{ coins: null, side: 'unknown', freshness: 'unknown', marginRatio: null, liquidation: { kind: 'unknown' } }]);
    expect(all.underlyings.find(({ underlying }) => underlying === 'ETH')).toMatchObject({ hedge: null, after: null, onePercentFallUsd: null });
    expect(all.headline).toMatch(/^Nobody can tell now what a fall of (ETH|BTC) would cost you$/);
    await read();
  });

  it('whose last look is old claims nothing, and neither does one from before a change', async () => {
    await sql.query(`UPDATE "VenueDecision" SET "lastAt" = "lastAt" - interval '1 minute', "at" = "at" - interval '1 minute'`);
    expect((await derivatives()).hedges).toMatchObject([{ state: 'cannot', reason: 'not-looked-at' }]);
    await decided(decision(10, -10));
    expect((await derivatives()).hedges).toMatchObject([{ state: 'in-band', reason: 'inside-band' }]);
  });

  it('is unwound by its owner: nothing is wanted any more, and what was decided before says nothing of that', async () => {
    expect((await call('DELETE', 'hedges/ETH')).body).toMatchObject({ status: 400 });
    expect((await call('DELETE', 'hedges/ETH?environment=live')).body).toMatchObject({ status: 404 });
    const ended = await taken(contract.hedge, 'DELETE', 'hedges/ETH?environment=paper');
    expect(ended).toMatchObject({ version: 3, state: 'reading', request: { mode: { kind: 'none' } }, target: null, band: null, held: { low: '-10', high: '-10' } });
    expect(await taken(contract.hedge, 'DELETE', 'hedges/ETH?environment=paper')).toMatchObject({ version: 3 });
    await taken(contract.hedge, 'PUT', 'hedges/ETH', hedgeRequest());
  });
});

describe('what was decided and sent', () => {
  it('is listed newest first with orders and their steps, page by page', async () => {
    const journal = new PrismaVenueJournal(stack.database);
    const id = await decided(decision(10, -5));
    const subject = await hedgeSubject();
    const intent: VenueIntent = {
      order: { account: ACCOUNT, instrument: ETH, clientId: clientOrderId('a'.repeat(32)), side: 'sell', contracts: contracts(2.5), priceCap: usdQuote(usd(2_991)), reduceOnly: false, validUntil: Date.now() + 20_000 },
      underlying: 'ETH', state: 'PLANNED', sent: { kind: 'never' }, filled: contracts(0), why: { kind: 'nothing' },
    };
    await journal.plan(id, subject, [{ intent, notionalUsdE8: usd(7_500) }], []);
    const fence = (await new LeaseStore(stack.database).hold(venueLease(ACCOUNT), 'us', 600_000))?.fence ?? 0n;
    const sent: VenueIntent = { ...intent, state: 'SENT', sent: { kind: 'sent', times: 1, lastAt: Date.now() } };
    expect(await journal.sending(intent, sent, { account: ACCOUNT, fence }, () => [])).toMatchObject({ kind: 'sent' });
    await journal.advance(sent, { ...sent, state: 'FILLED', filled: contracts(2.5) }, 'answer', []);
    await decided({ ...decision(10, -10), at: Date.now() });

    const first = await taken(contract.hedgeDecisions, 'GET', 'hedge-decisions?limit=1');
    expect(first).toMatchObject({ items: [{ kind: 'hold', reason: 'inside-band', about: { kind: 'hedge', underlying: 'ETH' }, environment: 'paper', orders: [] }], nextCursor: expect.any(String) });
    const second = await taken(contract.hedgeDecisions, 'GET', `hedge-decisions?limit=1&cursor=${first.nextCursor}`);
    expect(second.items).toMatchObject([{
      id, kind: 'act', sentence: expect.stringContaining('brought to the edge of the band'), candidates: expect.arrayContaining([expect.objectContaining({ verdict: 'chosen' })]),
      orders: [{ id: 'a'.repeat(32), venueName: 'Hyperliquid', instrument: 'ETH', side: 'sell', contracts: '2.5', filled: '2.5', capUsd: '2991', notionalUsd: '7500.00', state: 'FILLED', why: null, steps: [{ seq: 0, from: 'PLANNED', to: 'SENT' }, { seq: 1, from: 'SENT', to: 'FILLED' }] }],
    }]);
    for (const cursor of ['x', '1.%00', "1.' or 1=1", '999999999999999.a']) await taken(contract.hedgeDecisions, 'GET', `hedge-decisions?cursor=${cursor}`);
    expect((await call('GET', 'hedge-decisions?limit=0')).body).toMatchObject({ status: 400 });
  });
});

describe('a derivative account that is protected', () => {
  const place = `venue-accounts/${OWN}/protection`;
  const shown = async () => (await derivatives()).accounts.find(({ id }) => id === OWN);

  it('is not one that carries a hedge, and the other way round', async () => {
    await new VenueAccountStore(stack.database).put({ ...of(), id: OWN, keyName: NAME, carriesHedges: false });
    expect((await call('PUT', `venue-accounts/${ACCOUNT}/protection`, BOUNDS)).body).toMatchObject({ status: 409, code: 'account-taken', detail: expect.stringContaining('carries a hedge') });
    await taken(contract.venueAccount, 'PUT', place, BOUNDS);
    const legs = [{ account: OWN, instrument: 'ETH', maxNotionalUsd: '60000' }];
    expect((await call('PUT', 'hedges/ETH', hedgeRequest({ legs }))).body).toMatchObject({ status: 409, code: 'account-taken', detail: expect.stringContaining('end its protection') });
    await taken(contract.venueAccount, 'DELETE', place);
  });

  it('is so inside bounds that hold', async () => {
    for (const [change, field] of [
      [{ earliestUsePercent: '71' }, 'earliestUsePercent'], [{ earliestUsePercent: '4' }, 'earliestUsePercent'], [{ latestUsePercent: '96' }, 'latestUsePercent'], [{ mayAddMargin: false, mayClose: false }, 'mayClose'],
      [{ mostClosedPercent: '100.01' }, 'mostClosedPercent'], [{ slippagePercent: '10.01' }, 'slippagePercent'], [{ slippagePercent: '1.01' }, 'for which the key was sealed'],
    ] as const) expect((await call('PUT', place, { ...BOUNDS, ...change })).body, field).toMatchObject({ status: 422, detail: expect.stringContaining(field) });
    expect((await call('PUT', `venue-accounts/${venueAccountId(HYPERLIQUID, 'zzzzzzzzzzzz')}/protection`, BOUNDS)).body).toMatchObject({ status: 404 });
    expect((await call('PUT', 'venue-accounts/nobody/protection', BOUNDS)).body).toMatchObject({ status: 400 });
    await read({ id: OWN });
    expect(await taken(contract.venueAccount, 'PUT', place, { ...BOUNDS, earliestUsePercent: '40.25' })).toMatchObject({ protection: { state: 'armed', bounds: { ...BOUNDS, earliestUsePercent: '40.25' }, actsAtUsePercent: null } });
    expect(await new VenueAccountStore(stack.database).get(OWN)).toMatchObject({ bounds: { version: 2, earliest: 402_500_000_000_000_000n, mayAddMargin: true, mostClosed: 5_000n } });
  });

  it('is told as armed, acting or neither, by what was decided last and how long ago', async () => {
    const state = async () => (await shown())?.protection;
    await guarded(accountDecision(60_000));
    expect(await state()).toMatchObject({ state: 'armed', actsAtUsePercent: expect.any(String), sentence: expect.stringMatching(/^Ballast acts once \d+\.\d% of the margin is used\. There is margin enough/) });
    await guarded({ ...accountDecision(650), at: Date.now() });
    expect((await state())?.state).toMatch(/^(acting|cannot)$/);
    // Bounds that were changed were decided upon by nobody yet.
    await taken(contract.venueAccount, 'PUT', place, BOUNDS);
    expect(await state()).toMatchObject({ state: 'armed', actsAtUsePercent: null, sentence: 'It is looked at for the first time.' });
    await guarded({ ...accountDecision(60_000), at: Date.now() });
    await sql.query(`UPDATE "VenueDecision" SET "lastAt" = "lastAt" - interval '1 minute', "at" = "at" - interval '1 minute' WHERE "account" IS NOT NULL`);
    expect(await state()).toMatchObject({ state: 'cannot', sentence: expect.stringContaining('Nobody has looked at this account since') });
    await new VenueAccountStore(stack.database).markUnread(OWN, Date.now(), 'timeout');
    await taken(contract.venueAccount, 'PUT', place, BOUNDS);
    expect(await shown()).toMatchObject({ state: 'unread', unreadWhy: 'timeout', protection: { state: 'cannot', sentence: expect.stringContaining('could not be read') } });
    await read({ id: OWN, equity: settlement(40), maintenanceMargin: known(settlement(60), Date.now()), positions: [short(1, { account: OWN, liquidation: { kind: 'price', usdE8: usd(3_000) } })] });
    expect(await shown()).toMatchObject({ marginUsePercent: '150.0', marginRatio: '0.6', sentence: 'Hyperliquid may liquidate this account now.' });
    const decisions = await taken(contract.hedgeDecisions, 'GET', 'hedge-decisions?limit=100');
    expect(decisions.items.find(({ about }) => about.kind === 'account')).toMatchObject({ about: { kind: 'account', account: OWN } });
    expect(await taken(contract.venueAccount, 'DELETE', place)).toMatchObject({ protection: { state: 'off', bounds: null } });
  });
});

describe('stops', () => {
  const stops = z.array(contract.venueStop);
  it('are the owner’s to set and to take away; closing everything is asked twice', async () => {
    expect(await taken(stops, 'GET', 'venue-stops')).toEqual([]);
    expect(await taken(stops, 'POST', 'venue-stops', { environment: 'paper', level: 'no-grow' })).toMatchObject([{ scope: 'owner', level: 'no-grow', by: 'owner', confirmation: null, isConfirmed: false }]);
    const [first] = await taken(stops, 'POST', 'venue-stops', { environment: 'paper', level: 'flatten' });
    expect(first).toMatchObject({ level: 'flatten', isConfirmed: false, confirmation: expect.any(String), sentence: expect.stringContaining('once you confirm it') });
    const strongest = () => new VenueStopStore(stack.database).strongest(HYPERLIQUID, of());
    expect(await strongest()).toBe('no-grow');
    for (const confirmation of ['x', '', '0000-01-01T00:00:00.000Z', '-271821-04-20T00:00:00.000Z', new Date().toISOString()]) {
      expect((await call('POST', 'venue-stops', { environment: 'paper', level: 'flatten', confirmation })).body, confirmation).toMatchObject({ status: 409, code: 'hedge-outdated' });
    }
    for (const other of [{ environment: 'live', level: 'flatten' }, { environment: 'paper', level: 'no-grow' }]) expect((await call('POST', 'venue-stops', { ...other, confirmation: first?.confirmation })).body).toMatchObject({ status: 409 });
    expect(await strongest()).toBe('no-grow');
    expect(await taken(stops, 'POST', 'venue-stops', { environment: 'paper', level: 'flatten', confirmation: first?.confirmation })).toMatchObject([{ level: 'flatten', isConfirmed: true, confirmation: null, sentence: expect.stringContaining('Everything is being closed') }]);
    expect(await strongest()).toBe('flatten');
    expect((await call('POST', 'venue-stops', { environment: 'paper', level: 'flatten', confirmation: first?.confirmation })).body).toMatchObject({ status: 409 });

    // Where nothing is hedged there is nothing that Ballast closes, and nobody is told that there is.
    const [, unhedged] = await taken(stops, 'POST', 'venue-stops', { environment: 'live', level: 'flatten' });
    expect(unhedged).toMatchObject({ environment: 'live', sentence: expect.stringContaining('Ballast closes nothing') });
    await taken(stops, 'DELETE', 'venue-stops?environment=live');

    const store = new VenueStopStore(stack.database);
    await store.set({ environment: 'paper', scope: { kind: 'venue', venue: 'hyperliquid' }, level: 'cancel-all', setBy: 'operator', reason: 'it is down' });
    await store.set({ environment: 'paper', scope: { kind: 'owner', chainId: CHAIN, owner: `0x${'7'.repeat(40)}` as never }, level: 'cancel-all', setBy: 'owner', reason: 'another’s' });
    expect(await taken(stops, 'DELETE', 'venue-stops?environment=paper')).toMatchObject([{ scope: 'venue', venue: 'hyperliquid', by: 'operator', sentence: expect.stringMatching(/Reason: it is down\.$/) }]);
  });
});

describe('a key that is taken away', () => {
  it('takes its hedges with it, is told of with exactly what is left open, and is gone', async () => {
    await read({ positions: [short(2.5)] });
    const { readAt } = await new VenueAccountStore(stack.database).get(ACCOUNT).then((account) => ({ readAt: account?.reading.kind === 'known' ? new Date(account.reading.at).toISOString() : '' }));
    expect(await taken(contract.venueKey, 'DELETE', `venue-keys/${NAME}`)).toMatchObject({ name: NAME, state: 'ended', warning: null });
    expect(await new VenueKeyStore(stack.database).get({ ...HYPERLIQUID, name: NAME })).toMatchObject({ sealed: '', state: { kind: 'ended' } });
    expect((await sql.query(`SELECT count(*)::int AS n FROM "VenueKey" WHERE "sealed" <> ''`)).rows).toEqual([{ n: 0 }]);
    expect(await derivatives()).toMatchObject({ hedges: [], accounts: [], keys: [{ state: 'ended' }] });
    expect((await new HedgePlanStore(stack.database).ofOwner(CHAIN, ownerOf(stack)))[0]).toMatchObject({ active: false, endedWhy: 'Its owner took the key away.' });
    expect((await sql.query(`SELECT "severity", "data"->>'environment' AS "environment", "data"->>'plans' AS "plans" FROM "OutboxEvent" WHERE "kind" = 'venue.key-ended'`)).rows).toEqual([{ severity: 'critical', environment: 'paper', plans: '1' }]);
    const { rows } = await sql.query<{ left: unknown[] }>(`SELECT "data"->'left' AS "left" FROM "OutboxEvent" WHERE "kind" = 'venue.key-ended'`);
    expect(rows[0]?.left).toEqual(expect.arrayContaining([{ account: ACCOUNT, instrument: 'ETH', position: 'short', contracts: '2.5', at: readAt }]));
    expect((await call('PUT', 'hedges/ETH', hedgeRequest())).body).toMatchObject({ status: 422 });
    expect((await call('PUT', `venue-accounts/${ACCOUNT}/protection`, BOUNDS)).body).toMatchObject({ status: 404 });
    expect(await taken(contract.venueKey, 'DELETE', `venue-keys/${NAME}`)).toMatchObject({ state: 'ended' });
    // Its name stays taken: a sealed text opens for its name, and nobody may hand the old one in again.
    expect((await call('POST', 'venue-keys', keyRequest())).body).toMatchObject({ status: 409 });
  });

  it('was in no answer, and neither was what it was sealed into', () => {
    expect(answers.length).toBeGreaterThan(100);
    const all = answers.join('\n');
    for (const hidden of [sealed, sealed.split('.')[3] ?? '', SECRET, SECRET.slice(2, 20)]) expect(all.includes(hidden)).toBe(false);
  });
});

describe('a key that is taken away while something is saved', () => {
  it('makes a conflict of it, not a fault of ours', async () => {
    const key = { ...HYPERLIQUID, name: 'q7w8e9r0t1y2' };
    const account = venueAccountId(HYPERLIQUID, key.name);
    const keys = new VenueKeyStore(stack.database);
    await keys.add({ ...of(), ...key, label: 'another', sealed: await seal(key.name, 'paper', await holder.publicKey()), limits: { instruments: [ETH], maxNotionalUsdE8: usd(100_000), turnoverPerDayUsdE8: usd(200_000), maxPriceApart: 50n as never } });
    await keys.setState(key, { kind: 'connected', ends: { kind: 'never' } }, []);
    await keys.accept(key, of(), 'read');
    await new VenueAccountStore(stack.database).put({ ...of(), id: account, keyName: key.name, carriesHedges: false });
    await sql.query('BEGIN');
    await sql.query(`UPDATE "VenueKey" SET "state" = 'ended', "standing" = '{"kind": "ended"}', "sealed" = '', "endedAt" = now() WHERE "name" = $1`, [key.name]);
    const saving = call('PUT', 'hedges/ETH', hedgeRequest({ legs: [{ account, instrument: 'ETH', maxNotionalUsd: '60000' }] }));
    const isWaiting = async (): Promise<boolean> => (await sql.query(`SELECT pg_stat_clear_snapshot(); SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`) as unknown as [unknown, pg.QueryResult])[1].rows.length > 0;
    await vi.waitUntil(isWaiting, { timeout: 20_000, interval: 50 });
    await sql.query('COMMIT');
    expect((await saving).body).toMatchObject({ status: 409, code: 'hedge-outdated', detail: expect.stringContaining('taken away while this was saved') });
    expect((await new HedgePlanStore(stack.database).ofOwner(CHAIN, ownerOf(stack))).every(({ active }) => !active)).toBe(true);
  });
});

describe('the record of what happened', () => {
  const told = async (by: Visitor): Promise<string[]> => ((await call('GET', 'activity', undefined, by)).body['items'] as { kind: string }[]).map(({ kind }) => kind);
  it('tells of hedges and venues to their owner alone', async () => {
    const stranger = new Visitor(stack.baseUrl);
    expect(await told(stranger)).not.toContain('venue.key-ended');
    await stranger.signIn(Wallet.createRandom());
    expect(await told(stranger)).not.toContain('venue.key-ended');
    expect(await told(owner)).toContain('venue.key-ended');
    const { items } = activity.parse((await call('GET', 'activity')).body);
    expect(items.find(({ kind }) => kind === 'venue.key-ended')).toMatchObject({ title: 'PAPER: The key for Hyperliquid was erased', detail: expect.stringContaining('It ended one hedge and the protection of no accounts.'), severity: 'critical', decisionId: null });
  });

  it('says that something changed to its owner’s stream alone', async () => {
    const streams = [new Visitor(stack.baseUrl), owner].map((visitor) => aStream(visitor));
    const [stranger, own] = await Promise.all(streams) as [EventStream, EventStream];
    await new VenueStopStore(stack.database).set({ environment: 'paper', scope: { kind: 'owner', ...of() }, level: 'no-grow', setBy: 'owner', reason: 'a try' });
    await readLoan();
    await Promise.all([own.until('"type":"hedge"'), stranger.until('"type":"position"')]);
    expect(stranger.text()).not.toContain('"type":"hedge"');
    for (const { end } of [stranger, own]) end();
  });
});

/** The events of the owner's address as this visitor hears them. */
const aStream = ({ cookie }: Visitor): Promise<EventStream> => listen(new URL(`/v1/events?account=${ownerOf(stack)}`, stack.baseUrl), cookie === null ? {} : { cookie });

async function hedgeSubject(): Promise<Extract<VenueSubject, { kind: 'hedge' }>> {
  const plan = (await new HedgePlanStore(stack.database).active(CHAIN))[0];
  return { ...of(), kind: 'hedge', planId: plan?.id ?? '', underlying: 'ETH', environment: 'paper' };
}
/** Stores a decision about the plan in force, under its version, as the worker would. */
async function decided(decision: HedgeDecision): Promise<string> {
  const plan = (await new HedgePlanStore(stack.database).active(CHAIN))[0];
  return new PrismaVenueJournal(stack.database).record(await hedgeSubject(), { ...decision, policyVersion: plan?.policy.version ?? 0 }, []);
}
/** What would be decided with so many ETH long on chain and so many held. */
function decision(long: number, held: number): HedgeDecision {
  const now = Date.now();
  const exposure = { ...aHedgeInput().exposure, delta: between(coins(long), coins(long)) };
  return decideHedge(aHedgeInput({ now, exposure, legs: [aLeg({ held, at: now, account: { id: ACCOUNT } })], oracle: { kind: 'price', usdE8: usd(3_000), at: now } }));
}
async function guarded(decision: AccountDecision): Promise<void> {
  await new PrismaVenueJournal(stack.database).record({ ...of(), kind: 'account', account: OWN }, decision, []);
}
/** A short of 10 ETH with so much equity. */
function accountDecision(equityUsd: number): AccountDecision {
  const now = Date.now();
  const account = aDerivativeAccount({ id: OWN, equity: settlement(equityUsd), maintenanceMargin: known(settlement(600), now), positions: [short(10, { account: OWN })] });
  return protectAccount({
    account: known(account, now), bounds: DEFAULT_ACCOUNT_BOUNDS, now, held: [{ instrument: aPerpetual(), market: known(aMarket({ at: now }), now), oracle: { kind: 'price', usdE8: usd(3_000), at: now }, hourlyVolatility: 0.007, isNamed: true }], priceApart: 10_000n as never, adding: { kind: 'possible' },
    key: { kind: 'valid', ends: { kind: 'never' } }, order: { kind: 'none' }, sent: [], stop: 'none', offsets: [],
  });
}
