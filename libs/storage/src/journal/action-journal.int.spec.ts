import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { bps, chainId, rawAmount, usdE8, wad, type Address } from '@ballast/units';
import type { Decision, FillCall, IntentKind, IntentTransaction, LaneStanding, LaneWish, MinedReceipt } from '@ballast/policy';
import { createTestDatabase, type TestDatabase } from '../../../../test/factories/database.js';
import { WETH, anAddress } from '../../../../test/factories/lending-position.js';
import { CHAIN, LANE, aNotice, aPlan, acting, atBlock, freshHash, holding, planned, storeLoan, unable, onLane } from '../../test/fixture.js';
import { ActivityReader, Database, JournalReader, NotStored, PrismaActionJournal, StateMoved, UnreadableValue } from '../index.js';

let made: TestDatabase;
let database: Database;
let journal: PrismaActionJournal;
let records: JournalReader;

beforeAll(async () => {
  made = await createTestDatabase(inject('postgresUrl'));
  database = await Database.open(made.url);
  journal = new PrismaActionJournal(database);
  records = new JournalReader(database);
});

afterAll(async () => {
  await database?.close();
  await made?.drop();
});

const signed = (transaction: IntentTransaction): IntentTransaction => ({
  ...transaction, hash: freshHash(), raw: '0x02f8', gasLimit: 300_000n, maxFeePerGas: 30_000_000_000n, maxPriorityFeePerGas: 1_000_000_000n,
});

describe('nonces', () => {
  it('gives twenty intents that ask at once twenty nonces without a gap', async () => {
    const lane = anAddress(0x20);
    const loans = await Promise.all(Array.from({ length: 20 }, () => storeLoan(database)));
    const intents = await Promise.all(loans.map((loan) => planned(journal, loan)));
    const nonced = await Promise.all(intents.map((intent) => journal.allocateNonce(intent.id, onLane(lane, 5n))));
    const nonces = nonced.map((intent) => intent.transactions[0]?.nonce).sort((a, b) => Number(a! - b!));
    expect(nonces).toEqual(Array.from({ length: 20 }, (_, index) => 5n + BigInt(index)));
    expect(nonced.every((intent) => intent.state === 'NONCED')).toBe(true);
  });

  it('never goes below the chain’s own count, and never back when the chain tells a lower one', async () => {
    const lane = anAddress(0x21);
    const [first, second, third] = await Promise.all([storeLoan(database), storeLoan(database), storeLoan(database)]);
    const nonceOf = async (loan: typeof first, floor: bigint) => (await journal.allocateNonce((await planned(journal, loan)).id, onLane(lane, floor))).transactions[0]?.nonce;
    expect(await nonceOf(first, 3n)).toBe(3n);
    expect(await nonceOf(second, 10n)).toBe(10n);
    expect(await nonceOf(third, 0n)).toBe(11n);
  });

  it('gives one nonce to an intent that two workers pick up at once', async () => {
    const intent = await planned(journal, await storeLoan(database));
    const results = await Promise.allSettled(Array.from({ length: 4 }, () => journal.allocateNonce(intent.id, onLane(LANE, 0n))));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(StateMoved);
    expect((await journal.intent(intent.id))?.transactions).toHaveLength(1);
  });
});

describe('lanes', () => {
  const lanesOf = (...numbers: readonly number[]) => numbers.map(anAddress);
  const standing = (lane: Address, changed: Partial<LaneStanding> = {}): LaneStanding => ({ lane, pays: 100, newest: 0n, final: async () => 0n, ...changed });
  const fresh = async () => (await planned(journal, await storeLoan(database))).id;
  const taken = async (wish: LaneWish, id?: string) => {
    const [transaction] = (await journal.allocateNonce(id ?? (await fresh()), wish)).transactions;
    return [transaction?.lane, transaction?.nonce];
  };

  it('give a call the lane of its class and consecutive nonces there, and tell the class', async () => {
    const [critical, normal, admin] = lanesOf(0x31, 0x32, 0x33) as [Address, Address, Address];
    const lanes = [critical, normal, admin].map((lane) => standing(lane));
    const id = await fresh();
    expect(await taken({ class: 'normal', lanes, cap: 16 }, id)).toEqual([normal, 0n]);
    expect(await taken({ class: 'normal', lanes, cap: 16 })).toEqual([normal, 1n]);
    expect(await taken({ class: 'critical', lanes, cap: 16 })).toEqual([critical, 0n]);
    expect(await taken({ class: 'admin', lanes, cap: 16 })).toEqual([admin, 0n]);
    expect((await records.intent(id))?.steps[0]?.detail).toEqual({ lane: normal, nonce: '0', class: 'normal' });
    expect((await journal.inFlight(CHAIN, normal)).map(({ transactions: [first] }) => first?.nonce)).toEqual([0n, 1n]);
  });

  it('hold no more nonces under way than they may, however many ask at once; what was mined makes room', async () => {
    const lanes = lanesOf(0x34, 0x35).map((lane) => standing(lane));
    const ids = await Promise.all(Array.from({ length: 9 }, fresh));
    const results = await Promise.allSettled(ids.map((id) => journal.allocateNonce(id, { class: 'critical', lanes, cap: 3 })));
    const given = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(given.map(({ transactions: [first] }) => `${first?.lane === lanes[0]?.lane ? 'critical' : 'normal'} ${first?.nonce}`).sort()).toEqual(['critical 0', 'critical 1', 'critical 2', 'normal 0', 'normal 1', 'normal 2']);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'lanes-full', disposition: 'retryable' });

    const waiting = ids.find((id) => !given.some((intent) => intent.id === id)) ?? '';
    await expect(journal.allocateNonce(waiting, { class: 'normal', lanes, cap: 3 })).rejects.toMatchObject({ code: 'lanes-full', message: expect.stringContaining('3 of 3') });
    const seen = lanes.map((one, index) => (index === 1 ? { ...one, newest: 1n } : one));
    expect(await taken({ class: 'normal', lanes: seen, cap: 3 }, waiting)).toEqual([lanes[1]?.lane, 3n]);
  });

  it('count what the chain has no more, though its intents have ended: nothing after it can be mined', async () => {
    const [lane] = lanesOf(0x3c) as [Address];
    const first = await fresh();
    await journal.allocateNonce(first, { class: 'normal', lanes: [standing(lane)], cap: 2 });
    for (const [from, to] of [['NONCED', 'MINED'], ['MINED', 'CONFIRMED'], ['CONFIRMED', 'DONE']] as const) await journal.advance(first, from, { event: to.toLowerCase(), to });
    const wish = (newest: bigint): LaneWish => ({ class: 'normal', lanes: [standing(lane, { newest })], cap: 2 });
    expect(await taken(wish(1n))).toEqual([lane, 1n]);
    await expect(journal.allocateNonce(await fresh(), wish(0n))).rejects.toMatchObject({ code: 'lanes-full' });
    expect(await taken(wish(1n))).toEqual([lane, 2n]);
  });

  it('have room again for what the chain has mined, before its intents have looked', async () => {
    const [lane] = lanesOf(0x3b) as [Address];
    const wish = (newest: bigint): LaneWish => ({ class: 'normal', lanes: [standing(lane, { newest })], cap: 2 });
    expect([await taken(wish(0n)), await taken(wish(0n))]).toEqual([[lane, 0n], [lane, 1n]]);
    const waiting = await fresh();
    await expect(journal.allocateNonce(waiting, wish(0n))).rejects.toMatchObject({ code: 'lanes-full' });
    expect(await taken(wish(1n), waiting)).toEqual([lane, 2n]);
    await expect(journal.allocateNonce(await fresh(), wish(1n))).rejects.toMatchObject({ code: 'lanes-full' });
  });

  it('are passed over when they cannot send, and hold no more than their coins pay for', async () => {
    const [first, second, third] = lanesOf(0x36, 0x37, 0x38) as [Address, Address, Address];
    const lanes = [standing(first), standing(second, { pays: 0 }), standing(third, { pays: 1 }), standing(anAddress(0x39))];
    expect(await taken({ class: 'normal', lanes, cap: 16 })).toEqual([third, 0n]);
    await expect(journal.allocateNonce(await fresh(), { class: 'normal', lanes, cap: 16 })).rejects.toMatchObject({ code: 'lanes-full' });
    await expect(journal.allocateNonce(await fresh(), { class: 'normal', lanes: lanes.map((lane) => ({ ...lane, pays: 0 })), cap: 16 })).rejects.toMatchObject({ code: 'lanes-unusable' });
  });

  it('from which something else sent are not used until that is final: the nonce might come back with a block that vanishes', async () => {
    const lane = anAddress(0x3a);
    expect(await taken({ class: 'normal', lanes: [standing(lane, { newest: 0n })], cap: 16 })).toEqual([lane, 0n]);
    const id = await fresh();
    const stolen = standing(lane, { newest: 2n, final: async () => 1n });
    await expect(journal.allocateNonce(id, { class: 'normal', lanes: [stolen], cap: 16 })).rejects.toMatchObject({ code: 'lanes-unusable' });
    expect(await taken({ class: 'normal', lanes: [{ ...stolen, final: async () => 2n }], cap: 16 }, id)).toEqual([lane, 2n]);
  });
});

describe('costly failures', () => {
  it('are what was sent and did not do its work, newest first, since the last that did', async () => {
    const loan = await storeLoan(database);
    const lane = anAddress(0x41);
    const end = async (to: 'DONE' | 'REVERTED' | 'DROPPED', code: string | null, isSent = true) => {
      const { id } = await planned(journal, loan);
      const nonced = await journal.allocateNonce(id, onLane(lane));
      const transaction = { ...signed(nonced.transactions[0]!), broadcastAt: isSent ? 1_800_000_000_000 : null };
      await journal.advance(id, 'NONCED', { event: 'signed', to: 'SIGNED', transaction });
      await journal.advance(id, 'SIGNED', { event: 'ended', to, failure: code === null ? null : { code, message: 'x' } });
    };
    for (const [to, code, isSent] of [['REVERTED', 'below-min', true], ['DONE', null, true], ['REVERTED', 'above-band', true], ['DROPPED', 'stopped', false], ['DROPPED', 'not-triggered', true]] as const) await end(to, code, isSent);
    expect((await journal.costlyFailures(loan.positionId, new Date(0))).map(({ code }) => code)).toEqual(['not-triggered', 'above-band']);
    expect(await journal.costlyFailures(loan.positionId, new Date(Date.now() + 1_000))).toEqual([]);
    expect((await journal.intent((await records.intentsOf(loan.positionId, 10)).find(({ state }) => state === 'DONE')?.id ?? ''))?.failure).toBeNull();
  });
});

describe('plans', () => {
  it('lets one of many plans for a position win and tells the others that it is busy, storing nothing of theirs', async () => {
    const loan = await storeLoan(database);
    const results = await Promise.all(Array.from({ length: 6 }, (_, index) => journal.plan(aPlan(loan), acting(loan, 1n), atBlock(BigInt(index)), [aNotice(loan.account, `plan:${loan.positionId}:${index}`)])));
    expect(results.filter(({ kind }) => kind === 'planned')).toHaveLength(1);
    expect(results.filter(({ kind }) => kind === 'busy')).toHaveLength(5);
    expect(await records.decisions(loan.positionId, 10)).toHaveLength(1);
    expect(await records.intentsOf(loan.positionId, 10)).toHaveLength(1);
  });

  it('is refused by the table itself when a second open intent is written past the journal', async () => {
    const loan = await storeLoan(database);
    const intent = await planned(journal, loan);
    const pg = await import('pg');
    const client = new pg.default.Client({ connectionString: made.url });
    await client.connect();
    const copy = client.query(
      `INSERT INTO "Intent" ("id", "chainId", "positionId", "mandateHash", "kind", "state", "guard", "min", "max", "deadline")
       SELECT 'second', "chainId", "positionId", "mandateHash", "kind", "state", "guard", "min", "max", "deadline" FROM "Intent" WHERE "id" = $1`, [intent.id]);
    await expect(copy).rejects.toThrow('Intent_one_open_a_position');
    await client.end();
  });

  it('let a rescue begin while an activation is under way, and an activation while a rescue is; never two of one sort', async () => {
    const loan = await storeLoan(database);
    const plan = (kind: IntentKind) => journal.plan(aPlan(loan, { kind }), null, null, []).then((result) => result.kind);
    expect(await Promise.all([plan('ACTIVATE'), plan('ACTIVATE')])).toEqual(expect.arrayContaining(['planned', 'busy']));
    expect(await records.openAction(loan.positionId)).toBeNull();
    expect(await Promise.all([plan('REPAY'), plan('TOP_UP')])).toEqual(expect.arrayContaining(['planned', 'busy']));
    expect(await plan('ACTIVATE')).toBe('busy');
    const open = await records.intentsOf(loan.positionId, 10);
    expect(open).toHaveLength(2);
    const action = await records.openAction(loan.positionId);
    expect(action?.plan.kind).not.toBe('ACTIVATE');

    await journal.advance(action!.id, 'PLANNED', { event: 'no-longer-needed', to: 'DROPPED' });
    expect(await plan('ACTIVATE')).toBe('busy');
    expect(await plan('TOP_UP')).toBe('planned');
  });

  it('keep how a fill is paid for, and what an action is worth', async () => {
    const loan = await storeLoan(database);
    const aim = { health: wad(3n), otherDebt: rawAmount(4n), thresholdBps: bps(5n), costBps: bps(6n) };
    const fill: FillCall = { lane: 'flash', out: rawAmount(2n ** 200n), filler: anAddress(1), lender: 1, router: anAddress(2), path: '0x00aabb', keeps: rawAmount(7n), aim };
    const result = await journal.plan(aPlan(loan, { kind: 'FILL', fill }), { ...(acting(loan, 1n) as Decision & { kind: 'act' }), action: 'fill', sold: WETH, fill }, atBlock(1n), []);
    expect(result).toMatchObject({ kind: 'planned', intent: { plan: { kind: 'FILL', fill } } });
    expect((await records.openAction(loan.positionId))?.plan.fill).toEqual(fill);
    expect((await records.latestDecision(loan.positionId))?.decision).toMatchObject({ action: 'fill', sold: WETH, fill });
    const towards = { filler: anAddress(3), aim };
    const other = await storeLoan(database);
    expect(await journal.plan(aPlan(other, { towards }), null, null, [])).toMatchObject({ intent: { plan: { kind: 'REPAY', towards } } });
    const economics = { healthFactor: wad(1n), lossAvoidedUsdE8: usdE8(2n), coinUsdE8: null, chance: 0.25 };
    expect(await journal.plan(aPlan(await storeLoan(database), { economics }), null, null, [])).toMatchObject({ intent: { plan: { economics } } });
    const { plan } = await planned(journal, await storeLoan(database));
    expect([plan.fill, plan.towards, plan.economics]).toEqual([undefined, undefined, undefined]);
  });

  it('of another chain are left out where one chain is asked for', async () => {
    const intent = await planned(journal, await storeLoan(database));
    expect((await journal.openIntents(intent.plan.chainId)).map(({ id }) => id)).toContain(intent.id);
    expect(await journal.openIntents(chainId(10))).toEqual([]);
  });

  it('may plan again once the intent is closed', async () => {
    const loan = await storeLoan(database);
    const intent = await planned(journal, loan);
    await journal.advance(intent.id, 'PLANNED', { event: 'no-longer-needed', to: 'DROPPED' });
    expect((await journal.plan(aPlan(loan), null, null, [])).kind).toBe('planned');
    expect((await journal.openIntents()).filter(({ plan }) => plan.positionId === loan.positionId)).toHaveLength(1);
  });

  it('keeps the largest uint256 exactly', async () => {
    const loan = await storeLoan(database);
    const most = rawAmount(2n ** 256n - 1n);
    const result = await journal.plan(aPlan(loan, { min: most, max: most }), null, null, []);
    if (result.kind !== 'planned') throw new Error('busy');
    const stored = await journal.intent(result.intent.id);
    expect(stored?.plan).toEqual(aPlan(loan, { min: most, max: most }));
  });

  it('names a position that is not stored', async () => {
    const loan = await storeLoan(database);
    await expect(journal.plan({ ...aPlan(loan), positionId: 'nowhere' as never }, null, null, [])).rejects.toThrow(NotStored);
  });
});

describe('an intent’s life', () => {
  it('is kept step by step, with signed bytes, receipt and times', async () => {
    const loan = await storeLoan(database);
    const result = await journal.plan(aPlan(loan), acting(loan, 1_100_000_000_000_000_000n), atBlock(7n), []);
    if (result.kind !== 'planned') throw new Error('busy');
    const { id, decisionId } = result.intent;
    const nonced = await journal.allocateNonce(id, onLane(anAddress(0x22), 0n));
    const transaction = signed(nonced.transactions[0]!);
    await journal.advance(id, 'NONCED', { event: 'signed', to: 'SIGNED', transaction });
    await journal.advance(id, 'SIGNED', { event: 'broadcast-accepted', to: 'BROADCAST', transaction: { ...transaction, broadcastAt: 1_800_000_000_123 }, detail: { attempt: 1, gas: 5n } });
    const receipt: MinedReceipt = {
      transactionHash: transaction.hash!, blockNumber: 2n ** 40n, blockHash: freshHash(), succeeded: true, gasUsed: 210_000n, effectiveGasPrice: 20_000_000_000n,
      executed: {
        mandateHash: loan.mandate.hash, owner: loan.account, executor: anAddress(0x22), action: 2, seq: 1n, hfBefore: wad(1_100_000_000_000_000_000n),
        hfAfter: wad(2n ** 256n - 1n), debtRepaid: rawAmount(5n), collateralIn: rawAmount(0n), collateralOut: rawAmount(0n),
      },
    };
    await journal.advance(id, 'BROADCAST', { event: 'receipt', to: 'MINED', receipt });
    await journal.advance(id, 'MINED', { event: 'confirmed', to: 'CONFIRMED' });
    const done = await journal.advance(id, 'CONFIRMED', { event: 'matched', to: 'DONE', notices: [aNotice(loan.account, `done:${id}`, { kind: 'action.done', severity: 'info' })] });

    expect(done).toMatchObject({ id, state: 'DONE', decisionId, receipt, failure: null });
    expect(done.transactions).toEqual([{ ...transaction, broadcastAt: 1_800_000_000_123 }]);
    const record = await records.intent(id);
    expect(record?.steps.map(({ seq, from, event, to }) => `${seq} ${from} ${event} ${to}`)).toEqual([
      '0 PLANNED nonce-allocated NONCED', '1 NONCED signed SIGNED', '2 SIGNED broadcast-accepted BROADCAST', '3 BROADCAST receipt MINED', '4 MINED confirmed CONFIRMED', '5 CONFIRMED matched DONE',
    ]);
    expect(record?.steps[2]?.detail).toEqual({ attempt: 1, gas: '5' });
    expect(record?.account).toBe(loan.account);
    expect(record?.closedAt).toBeInstanceOf(Date);
    expect(record?.transactions[0]?.signedAt).toBeInstanceOf(Date);
    expect((await records.decision(decisionId!))?.intentId).toBe(id);
    expect((await journal.openIntents()).map((intent) => intent.id)).not.toContain(id);
  });

  it('refuses to move from a state that it has left', async () => {
    const intent = await planned(journal, await storeLoan(database));
    await journal.allocateNonce(intent.id, onLane(LANE, 0n));
    const stale = journal.advance(intent.id, 'PLANNED', { event: 'expired', to: 'EXPIRED' });
    await expect(stale).rejects.toThrow(StateMoved);
    await expect(stale).rejects.toMatchObject({ code: 'state-moved', expected: 'PLANNED', found: 'NONCED' });
    expect((await records.intent(intent.id))?.steps).toHaveLength(1);
  });

  it('moves once when two workers advance it at once', async () => {
    const intent = await planned(journal, await storeLoan(database));
    await journal.allocateNonce(intent.id, onLane(LANE, 0n));
    const results = await Promise.allSettled(['SIGNED', 'EXPIRED'].map((to) => journal.advance(intent.id, 'NONCED', { event: 'race', to: to as 'SIGNED' })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await records.intent(intent.id))?.steps).toHaveLength(2);
  });

  it('writes nothing of a change whose last part fails', async () => {
    const loan = await storeLoan(database);
    const intent = await planned(journal, loan);
    const nonced = await journal.allocateNonce(intent.id, onLane(LANE, 0n));
    const change = { event: 'signed', to: 'SIGNED' as const, transaction: signed(nonced.transactions[0]!), notices: [aNotice(loan.account, 'never', { data: { share: Number.NaN } })] };
    await expect(journal.advance(intent.id, 'NONCED', change)).rejects.toThrow(UnreadableValue);
    expect(await journal.intent(intent.id)).toEqual(nonced);
    expect((await records.intent(intent.id))?.steps).toHaveLength(1);
  });

  it('keeps every transaction of a nonce and never writes over signed bytes', async () => {
    const intent = await planned(journal, await storeLoan(database));
    const nonced = await journal.allocateNonce(intent.id, onLane(anAddress(0x23), 0n));
    const first = signed(nonced.transactions[0]!);
    await journal.advance(intent.id, 'NONCED', { event: 'signed', to: 'SIGNED', transaction: first });
    const replacement = { ...signed(first), id: 'replacement', maxFeePerGas: 40_000_000_000n };
    const again = (transaction: IntentTransaction) => journal.sign(intent.id, 'SIGNED', { purpose: 'call', fence: null }, async () => ({ event: 'call-signed', to: 'SIGNED', transaction }));
    expect((await again(replacement)).transactions).toEqual([first, replacement]);
    await expect(again({ ...first, hash: freshHash() })).rejects.toThrow(StateMoved);
    await expect(again({ ...signed(first), id: 'elsewhere', nonce: 99n })).rejects.toThrow(NotStored);
  });

  it('forgets the receipt when a reorganisation took the block away', async () => {
    const intent = await planned(journal, await storeLoan(database));
    const receipt: MinedReceipt = { transactionHash: freshHash(), blockNumber: 1n, blockHash: freshHash(), succeeded: false, gasUsed: 1n, effectiveGasPrice: 1n, executed: null };
    expect((await journal.advance(intent.id, 'PLANNED', { event: 'receipt', to: 'MINED', receipt })).receipt).toEqual(receipt);
    expect((await journal.advance(intent.id, 'MINED', { event: 'block-vanished', to: 'BROADCAST', receipt: null })).receipt).toBeNull();
  });

  it('stores a failure whose words came from a stranger’s contract', async () => {
    const intent = await planned(journal, await storeLoan(database));
    const closed = await journal.advance(intent.id, 'PLANNED', { event: 'simulated', to: 'DROPPED', failure: { code: 'reverted', message: 'bad\u0000 \ud800 words' } });
    expect(closed.failure).toEqual({ code: 'reverted', message: 'bad \ufffd words' });
  });
});

describe('decisions', () => {
  it('extend one row while they are equal, and keep the lowest health and the last block’s inputs', async () => {
    const loan = await storeLoan(database);
    const ids = [];
    for (const [block, health] of [[1n, 13n], [2n, 11n], [4n, 12n]] as const) ids.push(await journal.record(holding(loan, health), atBlock(block), []));
    expect(new Set(ids).size).toBe(1);
    const [run] = await records.decisions(loan.positionId, 10);
    expect(run).toMatchObject({ blocks: 3, blockNumber: 1n, lastBlock: 4n, at: 1_800_000_001n, lastAt: 1_800_000_004n, lowestHealth: 11n, account: loan.account, intentId: null });
    expect(run?.decision).toEqual(holding(loan, 12n));
  });

  it('begin a new row when the reason changes, and when it changes back', async () => {
    const loan = await storeLoan(database);
    await journal.record(holding(loan, 13n), atBlock(1n), []);
    await journal.record(unable(loan, 12n), atBlock(2n), []);
    await journal.record(holding(loan, 13n), atBlock(3n), []);
    expect((await records.decisions(loan.positionId, 10)).map(({ decision }) => decision.kind)).toEqual(['hold', 'cannot', 'hold']);
    expect((await records.latestDecision(loan.positionId))?.blockNumber).toBe(3n);
  });

  it('count a block once though its job ran twice', async () => {
    const loan = await storeLoan(database);
    await journal.record(holding(loan, 13n), atBlock(1n), []);
    await journal.record(holding(loan, 13n), atBlock(2n), []);
    await journal.record(holding(loan, 13n), atBlock(2n), []);
    expect((await records.latestDecision(loan.positionId))?.blocks).toBe(2);
  });

  it('made at once by several workers still make one row', async () => {
    const loan = await storeLoan(database);
    await Promise.all(Array.from({ length: 8 }, (_, index) => journal.record(unable(loan, 20n - BigInt(index)), atBlock(BigInt(index)), [])));
    expect(await records.decisions(loan.positionId, 10)).toHaveLength(1);
  });

  it('to act are never merged', async () => {
    const loan = await storeLoan(database);
    await journal.record(acting(loan, 13n), atBlock(1n), []);
    await journal.record(acting(loan, 13n), atBlock(2n), []);
    expect(await records.decisions(loan.positionId, 10)).toHaveLength(2);
  });
});

describe('activity', () => {
  it('merges decisions with their intents, activations and notices, newest first, page by page without loss', async () => {
    const loan = await storeLoan(database);
    const activation = await journal.plan(aPlan(loan, { kind: 'ACTIVATE' }), null, null, []);
    if (activation.kind !== 'planned') throw new Error('busy');
    await journal.advance(activation.intent.id, 'PLANNED', { event: 'matched', to: 'DONE', notices: [aNotice(loan.account, `active:${loan.positionId}`, { kind: 'mandate.active' })] });
    await journal.record(holding(loan, 13n), atBlock(1n), []);
    await journal.plan(aPlan(loan), acting(loan, 11n), atBlock(2n), [aNotice(loan.account, `started:${loan.positionId}`, { kind: 'action.started' })]);
    await journal.record(holding(loan, 14n), atBlock(3n), [aNotice(loan.account, `blind:${loan.positionId}`, { kind: 'blind' })]);

    const reader = new ActivityReader(database);
    const whole = await reader.page(loan.account, 20);
    expect(whole.nextCursor).toBeNull();
    expect(whole.entries.map((entry) => (entry.kind === 'decision' ? entry.decision.decision.kind : entry.kind === 'intent' ? entry.intent.plan.kind : entry.notice.kind)).sort()).toEqual(['ACTIVATE', 'act', 'blind', 'hold', 'hold']);
    expect(whole.entries.at(-1)?.kind).toBe('intent');
    const act = whole.entries.find((entry) => entry.kind === 'decision' && entry.decision.decision.kind === 'act');
    expect(act?.kind === 'decision' && act.intent?.plan.kind).toBe('REPAY');

    const paged = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<ActivityReader['page']>> = await reader.page(loan.account, 2, cursor);
      paged.push(...page.entries);
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(paged).toEqual(whole.entries);
  });

  it('refuses a cursor that it never gave out', async () => {
    await expect(new ActivityReader(database).page(anAddress(1), 5, 'bm90IG91cnM')).rejects.toThrow('cursor');
  });
});
