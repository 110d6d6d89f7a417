import { FencedOff, SignerUnreachable } from '@ballast/connectors/signer';
import { BallastError, hash32 } from '@ballast/units';
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { aMandate } from '../../../../test/factories/mandate.js';
import { mandateHash } from '../planner/typed-data.js';
import type { Foresight } from './foresight.js';
import type { LaneBoard } from './lane-board.js';
import type { ExecutorParts, ExecutorSettings } from './parts.js';
import type { Rehearsal } from './rehearsal.js';
import { Rush, type Decided } from './rush.js';
import { Signing } from './signing.js';
import type { IntentWriter } from './writing.js';

type PlanSigned = ExecutorParts['journal']['planSigned'];

const settings = { fees: { tip: 1n, maxFeePerGas: 100n }, maxGasLimit: 1_000_000n } as ExecutorSettings;
const mandate = aMandate();
const { chainId, guard } = mandate;
const plan = { kind: 'REPAY', chainId, guard, mandateHash: mandateHash(chainId, guard, mandate), min: 0n, max: 1n, deadline: 2n };
const ahead = { head: { number: 1n, hash: hash32(`0x${'1'.repeat(64)}`), timestamp: 1n }, baseFee: 1n, mandate } as unknown as Foresight;
const decided = (n = 0): Decided => ({ plan: { ...plan, positionId: `p${n}` } }) as unknown as Decided;

let plansAlone: number;
beforeEach(() => {
  plansAlone = 0;
});

/** A rush whose calls all do in the trial; what comes of signing is told. */
function rushWith(planSigned: PlanSigned, sign: ExecutorParts['signer']['sign'] = () => Promise.reject(new Error('not asked'))): Rush {
  const journal = { costlyFailures: async () => [], plan: async () => ((plansAlone += 1), { kind: 'planned', intent: { state: 'PLANNED' } }), planSigned };
  const parts = { journal, signer: { lanes: [], sign }, now: () => 0, monotonic: () => 0 } as unknown as ExecutorParts;
  const rehearsal = { tried: async () => ({ refusal: null, health: null, healthAfter: null, gasUsed: 100_000n }) } as unknown as Rehearsal;
  const lanes = { rehearser: async () => '0x', wish: async () => ({}) } as unknown as LaneBoard;
  return new Rush(parts, settings, {} as IntentWriter, lanes, rehearsal, new Signing(parts, settings, {} as IntentWriter, rehearsal));
}

it('holds at most four connections for a signer that hangs, and once it gave no answer plans the rest of the block without it', async () => {
  let [open, most, asked] = [0, 0, 0];
  const hung: ((error: Error) => void)[] = [];
  const planSigned: PlanSigned = async (...[, , , , , make]) => {
    open += 1;
    most = Math.max(most, open);
    await make({ id: 'i', plan: { chainId: 1 }, transactions: [{}] } as never).finally(() => (open -= 1));
    return { kind: 'busy' };
  };
  const rush = rushWith(planSigned, () => ((asked += 1), new Promise((_, reject) => hung.push(reject))));
  const outcomes = Promise.all(Array.from({ length: 10 }, (_, n) => rush.plan(decided(n), ahead)));
  while (asked < 4) await turn();
  for (const reject of hung) reject(new SignerUnreachable('its socket', 'nothing'));
  expect((await outcomes).map((found) => found.kind === 'planned' && found.intent.state)).toEqual(Array.from({ length: 10 }, () => 'PLANNED'));
  expect([most, asked, open]).toEqual([4, 4, 0]);
});

class LeaseLost extends BallastError {
  readonly code = 'lease-lost';
  readonly disposition = 'retryable';
}

it.each([new LeaseLost('lease keeper-1: got fence 4, expected 3, our own'), new FencedOff(3n, 4n)])('writes nothing down where this process leads no more: $code', async (error) => {
  await expect(rushWith(() => Promise.reject(error)).plan(decided(), ahead)).rejects.toBe(error);
  expect(plansAlone).toBe(0);
});
