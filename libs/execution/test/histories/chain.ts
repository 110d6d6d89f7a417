import type { Hash32 } from '@ballast/units';

/** A transaction as the small chain knows it. */
export interface Tx {
  readonly hash: Hash32;
  readonly lane: number;
  readonly nonce: number;
  /** Of which intent's call it is; null for a cancellation and for what is not ours. */
  readonly call: { readonly intent: number; readonly loan: number; readonly deadline: number } | null;
  readonly ours: boolean;
  readonly maxFee: bigint;
  readonly tip: bigint;
}

export interface Block {
  readonly number: number;
  readonly hash: Hash32;
  readonly time: number;
  readonly mined: readonly { readonly tx: Tx; readonly succeeded: boolean }[];
  /** Nonces used by each lane up to here. */
  readonly counts: readonly number[];
  /** Health of each loan after the block. */
  readonly health: readonly number[];
}

/** The guard acts below the trigger, and leaves the loan in its band, above it. */
export const TRIGGER = 10;
const BAND = 14;
export const SECONDS_PER_BLOCK = 12;

export type Answer = 'accepted' | 'already-known' | 'nonce-too-low' | 'nonce-too-high' | 'underpriced' | 'rejected';

/** A chain of blocks with one pool of transactions before it, which may lose its newest blocks. */
export class SmallChain {
  readonly blocks: Block[];
  readonly pool = new Map<string, Tx>();
  /** Bytes under way to the pool. */
  readonly delayed: Tx[] = [];
  private readonly places = new Map<Hash32, number>();
  private readonly executed = new Map<number, number>();
  private made = 0;
  baseFee = 10n;
  /** The node refuses what leaves a gap in front of it. */
  refusesGaps = false;
  /** The lanes have no coins. */
  isBroke = false;

  constructor(lanes: number, loans: number) {
    this.blocks = [{ number: 0, hash: this.freshHash(), time: 1_000, mined: [], counts: new Array<number>(lanes).fill(0), health: new Array<number>(loans).fill(TRIGGER - 1) }];
  }

  get tip(): Block {
    return this.blocks[this.blocks.length - 1] as Block;
  }

  /** The block that a node shows as its newest which is `lag` behind. */
  seen(lag: number): Block {
    return this.blocks[Math.max(0, this.blocks.length - 1 - lag)] as Block;
  }

  /** Where the transaction is, for a node whose newest block is `newest`. */
  receipt(hash: Hash32, newest: number): { readonly block: Block; readonly succeeded: boolean; readonly tx: Tx } | null {
    const place = this.places.get(hash);
    if (place === undefined || place > newest) return null;
    const block = this.blocks[place] as Block;
    for (const one of block.mined) if (one.tx.hash === hash) return { block, ...one };
    return null;
  }

  /** How often the guard acted for the intent, on the chain as it is. */
  executions(intent: number): number {
    return this.executed.get(intent) ?? 0;
  }

  submit(tx: Tx): Answer {
    const used = this.tip.counts[tx.lane] ?? 0;
    if (tx.nonce < used) return 'nonce-too-low';
    if (this.isBroke && tx.ours) return 'rejected';
    const key = keyOf(tx.lane, tx.nonce);
    const there = this.pool.get(key);
    if (there?.hash === tx.hash) return 'already-known';
    if (there !== undefined && (tx.maxFee * 10n < there.maxFee * 11n || tx.tip * 10n < there.tip * 11n)) return 'underpriced';
    if (this.refusesGaps) for (let nonce = used; nonce < tx.nonce; nonce++) if (!this.pool.has(keyOf(tx.lane, nonce))) return 'nonce-too-high';
    this.pool.set(key, tx);
    return 'accepted';
  }

  /** Somebody else who holds the lane's key sends from it, at a price that nobody outbids. */
  steal(lane: number): void {
    const nonce = this.tip.counts[lane] ?? 0;
    this.pool.set(keyOf(lane, nonce), { hash: this.freshHash(), lane, nonce, call: null, ours: false, maxFee: 1_000_000n, tip: 1_000_000n });
  }

  /** The next block, with room for so many transactions, after so many seconds, the price having moved so much. */
  mine(room: number, seconds = SECONDS_PER_BLOCK, move = 0): void {
    const { tip } = this;
    const time = tip.time + seconds;
    const counts = [...tip.counts];
    const health = tip.health.map((one) => Math.max(1, one + move));
    const mined: { tx: Tx; succeeded: boolean }[] = [];
    for (let lane = 0; lane < counts.length; lane++) {
      for (let next = this.nextOf(lane, counts); next !== null && mined.length < room; next = this.nextOf(lane, counts)) {
        this.pool.delete(keyOf(lane, next.nonce));
        counts[lane] = next.nonce + 1;
        const { call } = next;
        const acts = call !== null && time <= call.deadline && (health[call.loan] ?? 0) < TRIGGER;
        if (acts) health[call.loan] = BAND;
        mined.push({ tx: next, succeeded: call === null || acts });
        this.places.set(next.hash, tip.number + 1);
        if (acts) this.executed.set(call.intent, this.executions(call.intent) + 1);
      }
    }
    this.blocks.push({ number: tip.number + 1, hash: this.freshHash(), time, mined, counts, health });
  }

  /** The newest blocks are gone; their transactions go back to the pool, or are forgotten. */
  lose(depth: number, forgets: boolean): void {
    for (let left = Math.min(depth, this.blocks.length - 1); left > 0; left--) {
      const gone = this.blocks.pop() as Block;
      for (const { tx, succeeded } of gone.mined) {
        this.places.delete(tx.hash);
        if (tx.call !== null && succeeded) this.executed.set(tx.call.intent, this.executions(tx.call.intent) - 1);
        if (!forgets && !this.pool.has(keyOf(tx.lane, tx.nonce))) this.pool.set(keyOf(tx.lane, tx.nonce), tx);
      }
    }
  }

  private nextOf(lane: number, counts: readonly number[]): Tx | null {
    const tx = this.pool.get(keyOf(lane, counts[lane] ?? 0));
    return tx !== undefined && tx.maxFee >= this.baseFee ? tx : null;
  }

  private freshHash(): Hash32 {
    return `c${this.made++}` as Hash32;
  }
}

export const keyOf = (lane: number, nonce: number): string => `${lane}/${nonce}`;
