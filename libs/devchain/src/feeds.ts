import type { JsonRpcProvider } from 'ethers';
import { feedAbi } from './abis.js';
import { listings, type Deployment, type TokenSymbol } from './deploy/market.js';
import { read, type Sender } from './sender.js';

/** Seconds of chain time within which every feed gives a new answer, moved or not. */
export const heartbeatSeconds = 3600;
// Pushed this much before it runs out: the transaction needs a block, and blocks of a replay are up to 180 s apart.
const heartbeatMargin = 400;

/** The oracle network's part on the local chain: sets answers, and repeats them before the heartbeat runs out. */
export class Feeds {
  private readonly updatedAt = new Map<TokenSymbol, number>();
  private readonly answers = new Map<TokenSymbol, bigint>();
  private readonly silenced = new Set<TokenSymbol>();

  constructor(private readonly provider: JsonRpcProvider, private readonly transmitter: Sender, readonly addresses: Deployment['feeds']) {}

  /** Feeds that are set from outside; wstETH's follows WETH's on chain. */
  get settable(): readonly TokenSymbol[] {
    return listings.map((listing) => listing.symbol).filter((symbol) => symbol !== 'wstETH');
  }

  /** Latest answer (USD, 8 decimals) and its chain time. */
  async latest(symbol: TokenSymbol): Promise<{ price: bigint; updatedAt: number }> {
    const data = await read(this.provider, { to: this.addresses[symbol], abi: feedAbi, method: 'latestRoundData', args: [] });
    return { price: data[1] as bigint, updatedAt: Number(data[3]) };
  }

  /** Sends an update; it counts once a block holds it. @param chainTime the time that block will have, as far as known */
  async set(symbol: TokenSymbol, price: bigint, chainTime: number): Promise<string> {
    const hash = await this.transmitter.send({ to: this.addresses[symbol], abi: feedAbi, method: 'setAnswer', args: [price] }, { gasLimit: 200_000n });
    this.answers.set(symbol, price);
    this.updatedAt.set(symbol, chainTime);
    return hash;
  }

  /** Reads all feeds from the chain: at start, and after anybody else may have set them. */
  async refresh(): Promise<void> {
    for (const symbol of this.settable) {
      const { price, updatedAt } = await this.latest(symbol);
      this.answers.set(symbol, price);
      this.updatedAt.set(symbol, updatedAt);
    }
  }

  /** Repeats the answers that are about to grow older than the heartbeat. Returns how many were sent. */
  async keepAlive(chainTime: number): Promise<number> {
    let sent = 0;
    for (const symbol of this.settable) {
      const answer = this.answers.get(symbol);
      const age = chainTime - (this.updatedAt.get(symbol) ?? 0);
      if (answer === undefined || this.silenced.has(symbol) || age < heartbeatSeconds - heartbeatMargin) continue;
      await this.set(symbol, answer, chainTime);
      sent += 1;
    }
    return sent;
  }

  /** From now on nobody updates this feed: neither deviations nor heartbeats. */
  silence(symbol: TokenSymbol): void {
    this.silenced.add(symbol);
  }

  resume(symbol: TokenSymbol): void {
    this.silenced.delete(symbol);
  }

  isSilenced(symbol: TokenSymbol): boolean {
    return this.silenced.has(symbol);
  }

  /** Forgets counted nonces after a failed transmission. */
  resync(): void {
    this.transmitter.resync();
  }
}
