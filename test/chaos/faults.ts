import { setTimeout as pause } from 'node:timers/promises';
import type { Fault, SendFault } from '../../libs/connectors/test/fault-proxy.js';
import type { ChaosStage } from './chaos-stage.js';

/** Something that goes wrong for a while: `strike` resolves when it is over and everything it broke is whole again. */
export interface FaultKind {
  readonly name: string;
  /** How it is told in the table. */
  readonly told: string;
  strike(stage: ChaosStage, positions: readonly string[]): Promise<string>;
}

const STATES = ['PLANNED', 'NONCED', 'SIGNED', 'BROADCAST', 'MINED', 'CONFIRMED'] as const;

async function killAtState(stage: ChaosStage, positions: readonly string[]): Promise<string> {
  const state = stage.dice.pick(STATES);
  const { service } = stage.dice.pick(stage.workers);
  const until = Date.now() + 4_000;
  let met = false;
  while (!met && Date.now() < until) {
    met = (await stage.rows('SELECT 1 FROM "Intent" WHERE "positionId" = ANY($1) AND "state" = $2', [positions, state]).catch(() => [])).length > 0;
    if (!met) await pause(8);
  }
  service.kill();
  return `kill -9 of the worker ${met ? `at ${state}` : 'while nothing was open'}`;
}

/** Of three endpoints: with one bad the numbers stay right, with more there is no quorum and nobody acts. */
async function rpc(stage: ChaosStage): Promise<string> {
  const bad = stage.dice.some(stage.endpoints, stage.dice.pick([1, 1, 1, 2, 3]));
  const kind = stage.dice.pick(['down', 'slow', 'lying', 'wrong chain'] as const);
  const lies: readonly Fault[] = ['lying-word', 'lying-logs', 'lying-block', 'lying-receipt', 'lying-balance', 'stale-head', 'garbage', 'mixed'];
  const lie = stage.dice.pick(lies);
  for (const endpoint of bad) {
    if (kind === 'down') endpoint.down = true;
    if (kind === 'slow') endpoint.lag = stage.dice.whole(800, 6_000);
    if (kind === 'lying') await endpoint.set(lie);
    if (kind === 'wrong chain') await endpoint.set('wrong-chain');
  }
  await pause(stage.dice.between(1_000, 5_000));
  for (const endpoint of bad) {
    [endpoint.down, endpoint.lag] = [false, 0];
    await endpoint.set(null);
  }
  return `${bad.length} of 3 RPC endpoints ${kind}${kind === 'lying' ? ` (${lie})` : ''}`;
}

async function sends(stage: ChaosStage): Promise<string> {
  const fault = stage.dice.pick<SendFault>(['dropped', 'delayed', 'doubled']);
  for (const endpoint of stage.endpoints) endpoint.sends = fault;
  await pause(stage.dice.between(1_500, 4_000));
  for (const endpoint of stage.endpoints) endpoint.sends = null;
  return `broadcasts ${fault}`;
}

async function reorgs(stage: ChaosStage): Promise<string> {
  const depths: number[] = [];
  for (let times = stage.dice.whole(1, 2); times > 0; times -= 1) {
    const depth = stage.dice.whole(1, 5);
    await stage.blocks.reorg(depth);
    depths.push(depth);
    await pause(stage.dice.between(300, 1_500));
  }
  return `reorganisations of depth ${depths.join(' and ')}`;
}

async function twoLeaders(stage: ChaosStage): Promise<string> {
  const second = stage.addWorker();
  await pause(stage.dice.between(1_500, 3_000));
  // The one that leads sleeps, the other takes over, and the first comes back believing that it still leads.
  const [first] = stage.workers;
  const pid = first?.service.pid;
  if (pid !== undefined) process.kill(pid, 'SIGSTOP');
  await pause(stage.dice.between(2_000, 8_000));
  if (pid !== undefined) process.kill(pid, 'SIGCONT');
  await pause(stage.dice.between(500, 2_000));
  await stage.removeWorker(second);
  return 'two leaders, the first of them frozen for a while';
}

async function skew(stage: ChaosStage): Promise<string> {
  const seconds = stage.dice.pick([-7_200, -600, -45, 45, 600, 7_200]);
  for (const worker of [...stage.workers]) {
    stage.workers.splice(stage.workers.indexOf(worker), 1);
    worker.service.kill();
    await worker.service.stop();
  }
  const skewed = stage.addWorker(seconds * 1_000);
  await pause(stage.dice.between(3_000, 7_000));
  stage.addWorker();
  await stage.removeWorker(skewed);
  return `the worker's clock off by ${seconds} s`;
}

async function fullDisk(stage: ChaosStage): Promise<string> {
  const { disk, refuser } = stage;
  if (disk !== null) disk.fill();
  else if (refuser !== null) refuser.full = true;
  await pause(stage.dice.between(1_500, 4_000));
  if (refuser !== null) refuser.full = false;
  if (disk !== null) {
    disk.empty();
    // It may have ended for want of room for its log; a supervisor starts it again.
    await stage.rows('SELECT 1').catch(() => stage.startPostgresAgain());
  }
  return disk !== null ? 'the database\'s disk full (a bounded tmpfs)' : 'the database refuses writes (SQLSTATE 53100 by a proxy)';
}

export const FAULT_KINDS: readonly FaultKind[] = [
  { name: 'kill', told: '`kill -9` of the worker at a random state of an intent', strike: killAtState },
  {
    name: 'redis', told: '`kill -9` of Redis, all queue data lost',
    async strike(stage) {
      await stage.restartRedis();
      return 'kill -9 of Redis';
    },
  },
  {
    name: 'postgres', told: 'PostgreSQL restarted: fast, at once, or killed (-9)',
    async strike(stage) {
      const signal = stage.dice.pick(['SIGINT', 'SIGQUIT', 'SIGKILL'] as const);
      await stage.restartPostgres(signal);
      return `PostgreSQL restarted (${signal})`;
    },
  },
  { name: 'rpc', told: 'one, two or three of three RPC endpoints down, slow, lying or on another chain', strike: rpc },
  { name: 'sends', told: 'broadcasts dropped, delayed or doubled', strike: sends },
  { name: 'reorg', told: 'reorganisations of depth 1 to 5', strike: reorgs },
  {
    name: 'gas', told: 'base fee times twenty',
    async strike(stage) {
      stage.blocks.setBaseFee(20n);
      await pause(stage.dice.between(1_500, 5_000));
      stage.blocks.setBaseFee(1n);
      return 'base fee x 20';
    },
  },
  { name: 'clock', told: 'the worker\'s clock off by up to two hours', strike: skew },
  { name: 'leaders', told: 'two leaders: the first frozen, replaced, and back', strike: twoLeaders },
  {
    name: 'signer', told: '`kill -9` of the signer',
    async strike(stage) {
      stage.signer.kill();
      return 'kill -9 of the signer';
    },
  },
  { name: 'disk', told: 'the database refuses writes: its disk is full', strike: fullDisk },
];
