import { z } from 'zod';
import { FeedUnavailable, type FedCoin, type FedPrices, type FeedListener, type PriceFeed } from './price-feed.js';

const PATIENCE_MS = 2_000;
const DECIMALS = '0x313ce567';
const LATEST_ROUND_DATA = '0xfeaf968c';
const E8_DECIMALS = 8;

const quantity = z.string().regex(/^0x[0-9a-f]{1,32}$/);
const BLOCK = z.object({ hash: z.string().regex(/^0x[0-9a-f]{64}$/), number: quantity, timestamp: quantity });
const WORD = /[0-9a-f]{64}/g;
const ONE_WORD = z.string().regex(/^0x[0-9a-f]{64}$/).transform(BigInt);
/** roundId, answer, startedAt, updatedAt, answeredInRound; an answer has a sign. */
const ROUND = z.string().regex(/^0x([0-9a-f]{64}){5}$/).transform((data) => BigInt.asIntN(256, BigInt(`0x${data.slice(2).match(WORD)?.[1] ?? ''}`)));

export interface ChainFeedOptions {
  readonly rpcUrl: string;
  /** Aggregators in the shape of Chainlink's: `decimals` and `latestRoundData`. */
  readonly aggregators: ReadonlyMap<FedCoin, string>;
  /** How often it is asked for a new block. */
  readonly pollMs: number;
}

/** Prices of a chain's oracle, read once in every block that is seen, all at that block. */
export class ChainFeed implements PriceFeed {
  private readonly decimals = new Map<FedCoin, number>();
  private seen = '';
  private stopped = false;
  private running: Promise<void> = Promise.resolve();
  private wake: () => void = () => undefined;

  constructor(private readonly options: ChainFeedOptions) {}

  async start({ onPrices, onSilence }: FeedListener): Promise<void> {
    const first = await this.read();
    if (first !== null) onPrices(first);
    this.running = this.follow({ onPrices, onSilence });
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.running;
  }

  private async follow({ onPrices, onSilence }: FeedListener): Promise<void> {
    while (!this.stopped) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.options.pollMs);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      try {
        const fed = this.stopped ? null : await this.read();
        if (fed !== null) onPrices(fed);
      } catch (error) {
        onSilence((error as Error).message);
      }
    }
  }

  /** The prices of the newest block; null where it was seen before. */
  private async read(): Promise<FedPrices | null> {
    const { hash, number, timestamp } = await this.ask('eth_getBlockByNumber', ['latest', false], BLOCK);
    if (hash === this.seen) return null;
    const read = await Promise.all([...this.options.aggregators].map(async ([coin, to]) => {
      const decimals = this.decimals.get(coin) ?? Number(await this.ask('eth_call', [{ to, data: DECIMALS }, number], ONE_WORD));
      if (decimals > 36) throw new FeedUnavailable(`the feed of ${coin} tells ${decimals} decimals, expected at most 36`);
      this.decimals.set(coin, decimals);
      const answer = await this.ask('eth_call', [{ to, data: LATEST_ROUND_DATA }, number], ROUND);
      const priceE8 = decimals > E8_DECIMALS ? answer / 10n ** BigInt(decimals - E8_DECIMALS) : answer * 10n ** BigInt(E8_DECIMALS - decimals);
      if (priceE8 <= 0n) throw new FeedUnavailable(`the feed of ${coin} tells no price above zero`);
      return [coin, priceE8] as const;
    }));
    this.seen = hash;
    return { atMs: Number(BigInt(timestamp)) * 1_000, prices: Object.fromEntries(read) };
  }

  /** @throws FeedUnavailable that names the call and never the node, whose address may hold a key */
  private async ask<S extends z.ZodType>(method: string, params: readonly unknown[], schema: S): Promise<z.output<S>> {
    let answer: unknown;
    try {
      const response = await fetch(this.options.rpcUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }), signal: AbortSignal.timeout(PATIENCE_MS) });
      answer = await response.json();
    } catch (error) {
      throw new FeedUnavailable(`${method}: the node did not answer (${(error as Error).name})`, { cause: error });
    }
    const parsed = z.object({ result: schema }).safeParse(answer);
    if (!parsed.success) throw new FeedUnavailable(`${method}: got an answer without what is expected at ${parsed.error.issues[0]?.path.join('.') ?? 'its result'}`);
    return (parsed.data as { result: z.output<S> }).result;
  }
}
