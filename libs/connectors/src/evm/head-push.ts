import { WebSocketProvider } from 'ethers';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

interface Socket {
  onclose?: ((event: unknown) => unknown) | null;
  onerror?: ((event: unknown) => unknown) | null;
}

/**
 * Listens to nodes that announce new blocks over WebSocket (eth_subscribe newHeads). An announcement is a hint to ask, never an answer: what the block is, is read as ever.
 * A connection that breaks is made again, in growing pauses; meanwhile nothing is announced.
 */
export class HeadPush {
  private stopped = false;
  private readonly open = new Map<string, WebSocketProvider>();
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(private readonly urls: readonly string[], private readonly onHead: () => void) {}

  start(): void {
    for (const url of this.urls) this.connect(url, FIRST_PAUSE_MS);
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
    for (const provider of this.open.values()) provider.websocket.close();
    this.open.clear();
  }

  private connect(url: string, pauseMs: number): void {
    const provider = new WebSocketProvider(url, undefined, { staticNetwork: true });
    this.open.set(url, provider);
    let pause = pauseMs;
    const socket = provider.websocket as Socket;
    // Told of by its closing too; without a listener it would end the process.
    socket.onerror = () => undefined;
    socket.onclose = () => this.again(url, provider, pause);
    provider
      .on('block', () => {
        pause = FIRST_PAUSE_MS;
        this.onHead();
      })
      .catch(() => undefined);
  }

  private again(url: string, closed: WebSocketProvider, pauseMs: number): void {
    if (this.stopped || this.open.get(url) !== closed) return;
    // Not destroyed: that would reject what it was asked for in vain, and nobody listens.
    this.open.delete(url);
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      if (!this.stopped) this.connect(url, Math.min(2 * pauseMs, LONGEST_PAUSE_MS));
    }, pauseMs);
    timer.unref();
    this.timers.add(timer);
  }
}
