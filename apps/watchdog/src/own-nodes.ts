import { connect, type ReadClient } from '@ballast/connectors';
import type { HeartbeatBody } from '@ballast/heartbeat';
import type { ChainId } from '@ballast/units';
import type { ChainSeen } from './look.js';
import { reasonOf } from './service.js';

const TIMEOUT_MS = 5_000;

/** Our own nodes, which are not those of the service. A node that is away at the start is asked again at every look: the watchdog runs without it. */
export class OwnNodes {
  private readonly clients = new Map<ChainId, ReadClient>();

  constructor(private readonly urls: ReadonlyMap<ChainId, readonly string[]>) {}

  /** What each node says, and its block at the height of the heartbeat's head. Never throws. */
  async look(beat: HeartbeatBody | null): Promise<ReadonlyMap<number, ChainSeen>> {
    const seen = await Promise.all([...this.urls.keys()].map(async (chainId) => [chainId, await this.see(chainId, beat).catch((error: unknown): ChainSeen => ({ kind: 'unseen', why: reasonOf(error) }))] as const));
    return new Map<number, ChainSeen>(seen);
  }

  private async see(chainId: ChainId, beat: HeartbeatBody | null): Promise<ChainSeen> {
    const client = await this.client(chainId);
    const head = await client.head();
    const claimed = beat?.chains.find((chain) => chain.chainId === chainId)?.head ?? null;
    const at = claimed === null ? null : BigInt(claimed.number);
    const block = at === null || at > head.number ? null : at === head.number ? head : await client.blockAt(at);
    return { kind: 'seen', head: { number: head.number, timestamp: Number(head.timestamp) }, hashAtBeat: block?.hash ?? null };
  }

  private async client(chainId: ChainId): Promise<ReadClient> {
    const known = this.clients.get(chainId);
    if (known !== undefined) return known;
    const client = await connect({ urls: this.urls.get(chainId) ?? [], chainId, timeoutMs: TIMEOUT_MS });
    this.clients.set(chainId, client);
    return client;
  }
}
