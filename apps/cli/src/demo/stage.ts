import { formatUnits } from 'ethers';
import {
  Arbitrageur, HealthSampler, Liquidator, freshAccounts, march2020, openLoan, playHistory, playScenario, readOutcome, scaledPath,
  type DevAccount, type Devchain, type Outcome, type Variant,
} from '@ballast/devchain';
import type { RunningInbox, RunningWebhookSink } from '@ballast/embedded';
import { ApiUser } from './onboarding.js';
import type { DemoWallet } from './wallet.js';

export class StageBusy extends Error {
  constructor(readonly phase: Phase) {
    super(`the crash player is ${phase}; wait until it is done`);
  }
}

type Phase = 'preparing' | 'idle' | 'playing' | 'done' | 'failed';

export interface StageState {
  readonly phase: Phase;
  readonly variant: Variant | null;
  readonly scenario: { readonly name: string; readonly title: string; readonly source: string; readonly hours: number };
  /** The hour of the story under way, from 0; -1 before it begins. */
  readonly hour: number;
  readonly hours: number;
  readonly chainTime: string | null;
  readonly blockNumber: number;
  readonly priceUsd: string;
  readonly startPriceUsd: string;
  readonly progress: number;
  readonly accounts: { readonly protected: StageAccount; readonly twin: StageAccount };
  readonly outcome: Outcome | null;
  readonly path: readonly { readonly hour: number; readonly label: string; readonly priceUsd: string }[];
  /** Why the player stopped, when it failed. */
  readonly error: string | null;
}

interface StageAccount {
  readonly address: string;
  readonly label: string;
}

interface Parts {
  readonly chain: Devchain;
  readonly apiUrl: string;
  readonly wallet: DemoWallet;
  readonly inbox: RunningInbox;
  readonly sink: RunningWebhookSink;
  /** Length of a replay on the wall clock; about two minutes unless told. */
  readonly playSeconds?: number;
}

const OWNER_EMAIL = 'owner@ballast.example';
const PLAY_SECONDS = 125;
const usd = (price: bigint): string => Number(formatUnits(price, 8)).toFixed(2);

/**
 * The demo's two equal loans and the crash they live through. The owner of one does through the public API what any owner does: signs in,
 * approves, signs a mandate, subscribes. The other does nothing.
 */
export class Stage {
  private phase: Phase = 'preparing';
  private variant: Variant | null = null;
  private pair: { readonly owner: DevAccount; readonly twin: DevAccount };
  private pairs = 0;
  private hour = -1;
  private progress = 0;
  private chainTime: number | null = null;
  private price = march2020.startPrice;
  private outcome: Outcome | null = null;
  private error: string | null = null;
  private readonly actors: { stop(): Promise<void> }[] = [];
  private readonly abort = new AbortController();

  constructor(private readonly parts: Parts) {
    this.pair = this.nextPair();
  }

  /** Starts the liquidator and the arbitrageur, and brings the first pair on stage. */
  async open(): Promise<void> {
    for (const actor of [new Arbitrageur(this.parts.chain), new Liquidator(this.parts.chain)]) {
      await actor.start();
      this.actors.push(actor);
    }
    await this.prepare();
  }

  async close(): Promise<void> {
    this.abort.abort(new Error('the demo is stopping'));
    await Promise.all(this.actors.map((actor) => actor.stop()));
  }

  async state(): Promise<StageState> {
    const story = scaledPath(march2020).story;
    return {
      phase: this.phase, variant: this.variant,
      scenario: { name: march2020.name, title: march2020.title, source: march2020.source, hours: story.length },
      hour: this.hour, hours: story.length,
      chainTime: this.chainTime === null ? null : new Date(this.chainTime * 1000).toISOString(),
      blockNumber: await this.parts.chain.provider.getBlockNumber(),
      priceUsd: usd(this.price), startPriceUsd: usd(march2020.startPrice), progress: this.progress,
      accounts: { protected: { address: this.pair.owner.address, label: 'With Ballast' }, twin: { address: this.pair.twin.address, label: 'Without' } },
      outcome: this.outcome,
      path: story.map(({ hour, label, price }) => ({ hour, label, priceUsd: usd(price) })),
      error: this.error,
    };
  }

  /** Plays the two days. A pair that lived through them already is replaced by a fresh one first. @throws StageBusy */
  async replay(variant: Variant): Promise<StageState> {
    this.requireRest();
    const used = this.phase === 'done' || this.phase === 'failed';
    this.phase = used ? 'preparing' : 'playing';
    this.variant = variant;
    void this.guarded(async () => {
      if (used) await this.freshPair();
      await this.play(variant);
    });
    return this.state();
  }

  /** Brings a fresh pair with the same loans on stage, at the start price. @throws StageBusy */
  async reset(): Promise<StageState> {
    this.requireRest();
    this.variant = null;
    void this.guarded(() => this.freshPair());
    return this.state();
  }

  private requireRest(): void {
    if (this.phase === 'playing' || this.phase === 'preparing') throw new StageBusy(this.phase);
  }

  private async freshPair(): Promise<void> {
    this.phase = 'preparing';
    this.pair = this.nextPair();
    await this.prepare();
  }

  private async prepare(): Promise<void> {
    const { chain, apiUrl, wallet, sink, inbox } = this.parts;
    const { owner, twin } = this.pair;
    Object.assign(this, { outcome: null, error: null, hour: -1, progress: 0, price: march2020.startPrice });
    await playHistory(chain, march2020);
    await openLoan(chain, owner);
    await openLoan(chain, twin);
    wallet.clear();
    wallet.add(owner.privateKey);
    wallet.add(twin.privateKey);

    const user = new ApiUser(apiUrl, this.abort.signal);
    await user.watch(twin.address);
    const positionId = await user.watch(owner.address);
    await user.signIn({ address: owner.address, request: (method, params) => wallet.request(owner.address, method, params) });
    const lastId = inbox.messages().at(-1)?.id ?? -1;
    await user.subscribeEmail(owner.address, OWNER_EMAIL, async (email) => {
      const mail = await inbox.waitFor((message) => message.id > lastId && message.to.includes(email) && tokenIn(message.text) !== null, 30_000);
      return tokenIn(mail.text) ?? '';
    });
    sink.addSecret(await user.subscribeWebhook(owner.address, sink.url));
    await user.protect({ address: owner.address, request: (method, params) => wallet.request(owner.address, method, params) }, positionId);
    this.phase = 'idle';
  }

  private async play(variant: Variant): Promise<void> {
    const { chain } = this.parts;
    this.phase = 'playing';
    const { owner, twin } = this.pair;
    const health = new HealthSampler(chain, [owner.address, twin.address]);
    await health.start();
    try {
      const { fromBlock } = await playScenario(chain, march2020, {
        variant,
        secondsTotal: this.parts.playSeconds ?? PLAY_SECONDS,
        signal: this.abort.signal,
        onBlock: (block) => Object.assign(this, { hour: block.hour, progress: block.progress, chainTime: block.timestamp, price: block.price }),
      });
      await new Promise((rest) => setTimeout(rest, 2_000)); // the last block's actions still arrive
      this.outcome = await readOutcome(chain, {
        protectedAccount: owner.address, twin: twin.address, fromBlock,
        healthMin: { protected: health.lowestOf(owner.address)?.health, twin: health.lowestOf(twin.address)?.health },
      });
      this.phase = 'done';
    } finally {
      await health.stop();
    }
  }

  /** Work that nobody awaits: what goes wrong is shown on the page. */
  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (this.abort.signal.aborted) return;
      this.phase = 'failed';
      this.error = (error as Error).message;
    }
  }

  private nextPair(): { owner: DevAccount; twin: DevAccount } {
    const [owner, twin] = freshAccounts(this.pairs++, 2);
    return { owner: owner!, twin: twin! };
  }
}

/** The confirmation token of a mail: what follows `token=` in its link. */
export const tokenIn = (text: string): string | null => /[#?&]token=([\w.~-]+)/.exec(text)?.[1] ?? null;
