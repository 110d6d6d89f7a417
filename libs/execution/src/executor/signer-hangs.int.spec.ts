import { setTimeout as sleep } from 'node:timers/promises';
import { SignerUnreachable } from '@ballast/connectors/signer';
import { ON_AAVE, type Decision, type Intent, type Mandate } from '@ballast/policy';
import { positionId, type PositionId } from '@ballast/positions';
import { LeaseStore, PositionStore } from '@ballast/storage';
import { address, wad } from '@ballast/units';
import { afterAll, beforeAll, expect, inject, it, vi } from 'vitest';
import { planAt } from '../../../../test/chaos/protected-loan.js';
import { USDC, aLendingPosition } from '../../../../test/factories/lending-position.js';
import { mandateTerms } from '../../../../test/factories/mandate.js';
import { aRiskReport } from '../../../../test/factories/risk-report.js';
import { openScene, type Scene } from '../../test/scene.js';
import { mandateHash } from '../planner/typed-data.js';
import type { Executor } from './executor.js';

const HANGS_MS = 4_000;
/** What no question to a database on this machine takes. */
const AT_ONCE_MS = 1_000;
const LEASE = 'keeper-of-this-file';

let scene: Scene;
let leases: LeaseStore;
let loans = 0;
let asked = 0;
let isThere = false;
let clock = 0;

beforeAll(async () => {
  scene = await openScene(inject('postgresUrl'), 7_061, 1);
  leases = new LeaseStore(scene.stage.database);
  await leases.hold(LEASE, 'this file', 600_000);
});
afterAll(() => scene?.close());

async function hangs(): Promise<never> {
  asked += 1;
  await sleep(HANGS_MS);
  throw new SignerUnreachable('its socket', 'nothing for 4000 ms');
}

/** Whose calls all do in the trial, and whose signer takes every question and answers none until it is there. */
function executor(absent: () => Promise<never> = hangs): Executor {
  const { signer } = scene.stage.parts;
  return scene.executor(
    { monotonic: () => clock, signer: { lanes: signer.lanes, sign: (request) => (isThere ? signer.sign(request) : absent()) }, sends: scene.sends({ simulate: async () => ({ kind: 'ok', logs: null, gasUsed: 300_000n }), broadcast: async () => ({ kind: 'already-known' }) }) },
    { noncesPerLane: 100 },
  );
}

/** A loan as the database knows it: no node is asked about it here. */
async function storedLoan(): Promise<{ readonly mandate: Mandate; readonly positionId: PositionId }> {
  const { stage } = scene;
  const owner = address(`0x${(0x7061_0000 + (loans += 1)).toString(16).padStart(40, '0')}`);
  const id = positionId(stage.chain, 'aave-v3', owner);
  const position = aLendingPosition({ account: owner, id });
  await new PositionStore(stage.database).save([{ position, report: aRiskReport({ position }) }], []);
  const guard = stage.book.ballast.aaveGuard;
  const terms = mandateTerms({ owner, keepers: stage.book.ballast.keepers });
  const hash = mandateHash(stage.chain, guard, { place: ON_AAVE, terms });
  return { mandate: await stage.mandates.add({ hash, chainId: stage.chain, guard, place: ON_AAVE, terms, signature: '0x', positionId: id }), positionId: id };
}

async function planned(): Promise<Intent> {
  const { stage } = scene;
  const loan = await storedLoan();
  const found = await stage.journal.plan(planAt(await stage.reads.head(), stage, { ...loan, owner: loan.mandate.terms.owner, account: null as never }, 'REPAY'), null, null, []);
  return found.kind === 'planned' ? found.intent : expect.fail(found.kind);
}

/** The lease is prolonged and a question answered while all of that is under way. */
async function expectDatabaseFree(): Promise<void> {
  const begun = performance.now();
  const [lease] = await Promise.all([leases.hold(LEASE, 'this file', 600_000), scene.stage.database.ping()]);
  expect(lease).not.toBeNull();
  expect(performance.now() - begun).toBeLessThan(AT_ONCE_MS);
}

/** Once the signer is there again. */
async function expectAllSent(acting: Executor, ids: readonly string[]): Promise<void> {
  clock += 2_000;
  await vi.waitFor(async () => {
    await Promise.all(ids.map((id) => acting.advance(id)));
    expect((await Promise.all(ids.map((id) => scene.intent(id)))).map(({ state }) => state)).toEqual(ids.map(() => 'BROADCAST'));
  }, { timeout: 30_000, interval: 200 });
}

const waits = (outcomes: readonly { readonly waiting?: string }[], word: string): number => outcomes.filter(({ waiting }) => waiting === word).length;

it('a signer that hangs keeps four connections, however many intents wait for it, and is left alone for two seconds once it gave no answer', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 20; n += 1) {
    const { id } = await planned();
    // Each by an executor of its own, which has not heard that the signer is gone.
    await executor(() => Promise.reject(new SignerUnreachable('its socket', 'nothing'))).advance(id);
    expect((await scene.intent(id)).state).toBe('NONCED');
    ids.push(id);
  }

  const acting = executor();
  const round = Promise.all(ids.map((id) => acting.advance(id)));
  await sleep(500);
  await expectDatabaseFree();
  await sleep(1_500);
  await expectDatabaseFree();
  const outcomes = await round;
  expect([waits(outcomes, 'signer-unreachable'), waits(outcomes, 'signer-busy'), asked]).toEqual([4, 16, 4]);

  clock += 1_999;
  expect(waits(await Promise.all(ids.map((id) => acting.advance(id))), 'signer-unreachable')).toBe(20);
  expect(asked).toBe(4);

  isThere = true;
  await expectAllSent(acting, ids);
});

it('nor do those have all connections that wait for the nonce behind a signature which is not made', async () => {
  isThere = false;
  const acting = executor();
  const { baseFee, ...head } = await scene.stage.reads.headWithFee();
  const loan = await storedLoan();
  const plan = planAt(head, scene.stage, { ...loan, owner: loan.mandate.terms.owner, account: null as never }, 'REPAY');
  const { terms } = loan.mandate;
  const decision: Decision = { kind: 'act', reason: 'below-trigger', action: 'repay', asset: USDC, min: plan.min, max: plan.max, positionId: plan.positionId, mandateHash: plan.mandateHash, healthFactor: wad(1_170_000_000_000_000_000n), trigger: terms.triggerHf, target: terms.maxHf, clamp: null, candidates: [] };
  const crowd = await Promise.all(Array.from({ length: 14 }, planned));

  const signing = acting.plan({ plan, decision, at: { blockNumber: head.number, blockTimestamp: head.timestamp }, notices: [] }, acting.foresee(plan, loan.mandate, { head, baseFee }));
  await sleep(300);
  const others = Promise.all(crowd.map(({ id }) => acting.advance(id)));
  await sleep(500);
  await expectDatabaseFree();
  expect(await signing).toMatchObject({ kind: 'planned', intent: { state: 'PLANNED' } });
  expect(waits(await others, 'signer-busy')).toBeGreaterThan(0);
  isThere = true;
  await scene.chain.mining.mine();
  await expectAllSent(acting, crowd.map(({ id }) => id));
});
