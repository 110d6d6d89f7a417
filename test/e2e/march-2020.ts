/**
 * The story, headless, through the public parts alone: two equal loans live through 12-13 March 2020, one with a mandate.
 * Prints one JSON line on standard output and ends with 0 only when everything that was promised held.
 *
 *   --variant raw    the -20.9% hour in one step; its outcome is printed, whatever it is
 *   --kill N         kills the worker with SIGKILL at N random points of the replay
 *   --seed S         decides those points
 *   --seconds T      length of the replay on the wall clock (120)
 */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Arbitrageur, HealthSampler, Liquidator, freshAccounts, march2020, openLoan, playHistory, playScenario, readOutcome } from '@ballast/devchain';
import { startWebhookSink } from '@ballast/embedded';
import { ApiUser } from '../../apps/cli/src/demo/onboarding.js';
import { tokenIn } from '../../apps/cli/src/demo/stage.js';
import type { Stack } from '../../apps/cli/src/stack.js';
import { until } from '../../apps/cli/src/until.js';
import { readEvidence } from './evidence.js';
import { walletOf } from './owner-wallet.js';
import { startStoryStack } from './story-stack.js';
import { temporaryHome } from './temporary-home.js';

const { values } = parseArgs({ options: { variant: { type: 'string', default: 'spread' }, kill: { type: 'string', default: '0' }, seed: { type: 'string' }, seconds: { type: 'string', default: '120' } } });
const variant = values.variant === 'raw' ? 'raw' : 'spread';
const kills = Number(values.kill);
const seed = Number(values.seed ?? Date.now() % 100_000);
const seconds = Number(values.seconds);

const say = (text: string): void => console.error(`  ${text}`);

/** A small seeded generator (mulberry32), so that a failing run can be played again. */
function randomFrom(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function main(): Promise<number> {
  const home = temporaryHome('e2e');
  const stops: (() => Promise<void>)[] = [];
  try {
    const sink = await startWebhookSink({ limit: 5_000 });
    stops.push(() => sink.stop());
    const stack = await startStoryStack(home, say);
    stops.push(() => stack.stop());
    const chain = stack.chain!;
    const inbox = stack.inbox!;
    for (const actor of [new Arbitrageur(chain), new Liquidator(chain)]) {
      await actor.start();
      stops.push(() => actor.stop());
    }

    say('opening two equal loans: 10 WETH at 3,000 USD, 20,000 USDC');
    const [owner, twin] = freshAccounts(0, 2);
    await playHistory(chain, march2020);
    await openLoan(chain, owner!);
    await openLoan(chain, twin!);

    say('the owner signs in, approves, signs a mandate and subscribes');
    const user = new ApiUser(stack.publicUrl);
    const wallet = walletOf(owner!.privateKey, stack.chain!);
    await user.watch(twin!.address);
    const positionId = await user.watch(owner!.address);
    await user.signIn(wallet);
    await user.subscribeEmail(owner!.address, 'owner@ballast.example', async (email) => {
      const mail = await inbox.waitFor((message) => message.to.includes(email) && tokenIn(message.text) !== null, 30_000);
      return tokenIn(mail.text)!;
    });
    sink.addSecret(await user.subscribeWebhook(owner!.address, sink.url));
    await user.protect(wallet, positionId);

    say(`replaying 12-13 March 2020 in ${seconds} s (${variant}${kills > 0 ? `, killing the worker ${kills} times, seed ${seed}` : ''})`);
    const sampler = new HealthSampler(chain, [owner!.address, twin!.address]);
    await sampler.start();
    const random = randomFrom(seed);
    const timers = Array.from({ length: kills }, () => setTimeout(() => {
      say(`kill -9 of the worker (pid ${stack.worker.pid})`);
      stack.worker.kill();
    }, random() * seconds * 1000));
    const played = await playScenario(chain, march2020, { variant, secondsTotal: seconds, onHour: ({ label, price }) => say(`${label}  ETH ${(Number(price) / 1e8).toFixed(2)}`) });
    timers.forEach(clearTimeout);
    await settled(stack);
    await sampler.stop();

    const outcome = await readOutcome(chain, {
      protectedAccount: owner!.address, twin: twin!.address, fromBlock: played.fromBlock,
      healthMin: { protected: sampler.lowestOf(owner!.address)?.health, twin: sampler.lowestOf(twin!.address)?.health },
    });
    const evidence = await readEvidence({ user, chain, inbox, sink, owner: owner!.address, positionId });
    const failures = [...evidence.failures];
    if (kills > 0 && stack.worker.restarts < 1) failures.push('the worker was never restarted');
    // The raw variant is a stated experiment: its outcome is shown, not required.
    if (variant === 'spread' && outcome.protected.liquidated) failures.push('the protected account was liquidated');
    if (!outcome.twin.liquidated) failures.push('the twin was not liquidated');
    if (evidence.executed < 1) failures.push('nothing was executed');

    console.log(JSON.stringify({
      protected: { healthFactorMin: Number(outcome.protected.healthMin), liquidated: outcome.protected.liquidated, executed: evidence.executed, repaidUsd: Number(outcome.protected.repaidUsd), costUsd: Number(outcome.protected.costUsd) },
      twin: { liquidated: outcome.twin.liquidated, liquidations: outcome.twin.liquidations.length, lossUsd: Number(outcome.twin.lossUsd) },
      emails: evidence.emails, webhooks: evidence.webhooks, decisions: evidence.decisions,
      variant, blocks: played.blocks, kills, workerRestarts: stack.worker.restarts, seed, failures,
    }));
    if (failures.length > 0) {
      evidence.timeline.forEach(say);
      say(readFileSync(join(home, 'logs/worker.log'), 'utf8').split('\n').filter((line) => /WARN|ERROR/.test(line)).slice(-30).join('\n'));
      // Last, where the tail of a long log still shows them.
      failures.forEach((failure) => say(`did not hold: ${failure}`));
    }
    return failures.length === 0 ? 0 : 1;
  } finally {
    for (const stop of stops.reverse()) await stop().catch((error: Error) => say(error.message));
    rmSync(home, { recursive: true, force: true });
  }
}

/** Waits until nothing is under way any more: no open intent, no pending delivery. */
async function settled(stack: Stack): Promise<void> {
  await until('every intent is closed and every notification delivered', async () => {
    const status = (await (await fetch(`${stack.publicUrl}/v1/status`)).json()) as { openIntents: number; pendingDeliveries: number };
    return (status.openIntents === 0 && status.pendingDeliveries === 0) || undefined;
  }, 60_000);
}

main().then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);
