import { InvalidInput, parseDecimal } from '@ballast/units';
import { FED_COINS, type FedCoin, type FedPrices, type FeedListener, type PriceFeed } from './price-feed.js';

const LINE = new RegExp(`^(\\d{1,10}(?:\\.\\d{1,3})?),(${FED_COINS.join('|')}),(\\d{1,15}(?:\\.\\d{1,8})?)$`);
const TICK_MS = 100;

/**
 * A recording as text: a line a price, `seconds,coin,dollars`, seconds since 1970 or since its beginning and never going back; `#` begins a remark.
 * @throws InvalidInput naming the line
 */
export function parseRecording(text: string): readonly FedPrices[] {
  const lines = text.split(/\r?\n/).map((line, place) => ({ line: line.trim(), place: place + 1 })).filter(({ line }) => line !== '' && !line.startsWith('#'));
  const moments: { atMs: number; prices: Partial<Record<FedCoin, bigint>> }[] = [];
  for (const { line, place } of lines) {
    const [, seconds, coin, price] = LINE.exec(line) ?? [];
    if (seconds === undefined || coin === undefined || price === undefined || parseDecimal(price, 8) <= 0n) throw new InvalidInput(`recorded prices, line ${place}`, JSON.stringify(line.slice(0, 80)), `seconds,coin,price above zero, the coin one of ${FED_COINS.join(', ')}`);
    const atMs = Math.round(Number(seconds) * 1_000);
    const last = moments.at(-1);
    if (last !== undefined && atMs < last.atMs) throw new InvalidInput(`recorded prices, line ${place}`, seconds, `a time that is not before ${last.atMs / 1_000}`);
    if (last?.atMs === atMs) last.prices[coin as FedCoin] = parseDecimal(price, 8);
    else moments.push({ atMs, prices: { [coin]: parseDecimal(price, 8) } });
  }
  if (moments.length === 0) throw new InvalidInput('recorded prices', 'no line', 'at least one');
  return moments;
}

/** Recorded prices, played once from their beginning, `speed` seconds of the recording in one of the wall clock. The last ones stay. */
export class RecordedFeed implements PriceFeed {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly moments: readonly FedPrices[], private readonly speed: number, private readonly wall: () => number = Date.now) {}

  async start({ onPrices }: FeedListener): Promise<void> {
    const beganAt = this.wall();
    const first = this.moments[0]?.atMs ?? 0;
    const prices: Partial<Record<FedCoin, bigint>> = {};
    let next = 0;
    const play = (): void => {
      const atMs = first + Math.floor((this.wall() - beganAt) * this.speed);
      for (let moment = this.moments[next]; moment !== undefined && moment.atMs <= atMs; moment = this.moments[next]) {
        Object.assign(prices, moment.prices);
        next += 1;
      }
      // Told also where nothing changed: what was traded away is offered again.
      onPrices({ atMs, prices: { ...prices } });
    };
    play();
    this.timer = setInterval(play, TICK_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
  }
}
