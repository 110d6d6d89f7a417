import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { venueLease, LeaseStore } from '@ballast/storage';
import { sourceProcess } from '../../../../test/factories/source-process.js';
import { HedgeStage } from './hedge-stage.js';

let stage: HedgeStage;
/** What the loan holds; the hedge follows it. */
let coins = 20;
beforeAll(async () => {
  stage = await HedgeStage.open(inject('postgresUrl'));
  await stage.hedged(-coins, NEAR);
});
afterAll(() => stage?.close());

const NEAR = 0.5;

interface Death {
  readonly point: string;
  /** What the venue does with the order, and from when on it is time to die. */
  readonly venue?: { readonly kind: string; readonly byMs: number; readonly has: 'the order on its way' | 'the order' };
}

const DEATHS: readonly Death[] = [
  { point: 'before PLANNED is written' }, { point: 'after PLANNED is written' }, { point: 'before SENT is written' }, { point: 'after SENT is written' },
  { point: 'while the order is on its way', venue: { kind: 'executed-late', byMs: 5_000, has: 'the order on its way' } }, { point: 'while the answer is on its way', venue: { kind: 'reply-late', byMs: 8_000, has: 'the order' } },
  { point: 'before the answer is written' }, { point: 'after the answer is written' },
];

/** Runs one turn in a process of its own until that is killed; the signal that ended it. */
async function dieAt({ point, venue }: Death): Promise<NodeJS.Signals | string | null> {
  const { PATH, HOME } = process.env as Record<string, string>;
  const before = (await stage.there.orders()).length;
  // Its connection stays open meanwhile: it waits.
  if (venue !== undefined) await stage.venue.let('hyperliquid/faults', { silence: 'hang', rules: [{ on: 'order', fault: { kind: venue.kind, byMs: venue.byMs } }] });
  const child = spawn(process.execPath, [await sourceProcess('apps/worker/test/hedging/hedge-child.ts')], { env: { PATH: PATH ?? '', HOME: HOME ?? '', STAGE: JSON.stringify(stage.place), DIE: point }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  const ended = new Promise<NodeJS.Signals | string | null>((resolve) => child.once('exit', (_, signal) => resolve(signal ?? `it was not killed: ${said}`)));
  let isOver = false;
  void ended.then(() => (isOver = true));
  while (venue !== undefined && !isOver) {
    await new Promise((later) => setTimeout(later, 25));
    if (venue.has === 'the order' ? (await stage.there.orders()).length > before : await stage.there.isOrderDue()) child.kill('SIGKILL');
  }
  return ended;
}

describe('a process that dies in the middle of an order', () => {
  it.each(DEATHS.map((death) => [death.point, death] as const))('acceptance 3: killed (-9) %s, and the next process leaves exactly one position', async (_, death) => {
    const before = await stage.orders();
    coins += 4;
    await stage.moment(String(coins));
    await stage.end();
    expect(await dieAt(death)).toBe('SIGKILL');
    // Its lease runs out; whoever takes over remembers nothing.
    await new LeaseStore(stage.database).giveUp(venueLease(stage.account), 'child');
    await stage.faults();
    stage.restart();
    for (let turn = 0; turn < 4; turn += 1) {
      await stage.moment(String(coins));
      await stage.turn();
      expect(Math.abs(await stage.held())).toBeLessThanOrEqual(coins + NEAR);
      stage.advance(20_000);
    }
    await stage.hedged(-coins, NEAR, String(coins));
    expect(await stage.executed()).toBeCloseTo(await stage.held(), 9);
    const orders = await stage.orders();
    expect(orders.slice(0, -before.length).filter(({ intent }) => intent.filled > 0n)).toHaveLength(1);
    expect(orders.every(({ intent }) => ['FILLED', 'CANCELED', 'DROPPED', 'REJECTED'].includes(intent.state))).toBe(true);
    expect(await stage.notices('venue.unexplained')).toEqual([]);
  });
});
