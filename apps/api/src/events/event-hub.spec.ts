import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventHub, HUB_OPTIONS } from './event-hub.js';

const ALICE = '0x00000000000000000000000000000000000000aa';
const BOB = '0x00000000000000000000000000000000000000bb';

function aSink() {
  const written: string[] = [];
  return { written, closed: false, backlog: 0, write(text: string) { written.push(text); }, pending() { return this.backlog; }, close() { this.closed = true; } };
}
const data = (written: string[]): unknown[] => written.flatMap((text) => text.split('\n').filter((line) => line.startsWith('data: ')).map((line) => JSON.parse(line.slice(6))));
const batches = (written: string[]): number => written.filter((text) => text.startsWith('data:')).length;

describe('EventHub', () => {
  let hub: EventHub;
  beforeEach(() => { vi.useFakeTimers(); hub = new EventHub(); });
  afterEach(() => { hub.close(); vi.useRealTimers(); });

  it('tells the browser when to come back', () => {
    const sink = aSink();
    hub.add(sink, null);
    expect(sink.written[0]).toContain('retry: 2000');
  });

  it('gives a client its own account and the chain, nobody else', () => {
    const sink = aSink();
    hub.add(sink, ALICE);
    hub.publish({ type: 'position', positionId: 'a', account: ALICE });
    hub.publish({ type: 'position', positionId: 'b', account: BOB });
    hub.publish({ type: 'chain', chainId: 1 });
    vi.advanceTimersByTime(30);
    expect(data(sink.written)).toEqual([{ type: 'position', positionId: 'a', account: ALICE }, { type: 'chain', chainId: 1 }]);
  });

  it('tells of hedges to their owner alone, and to nobody once his session has ended', () => {
    const [stranger, foreign, own, all] = [aSink(), aSink(), aSink(), aSink()];
    const expiresAt = new Date(Date.now() + 60_000);
    hub.add(stranger, ALICE);
    hub.add(foreign, ALICE, { address: BOB, expiresAt });
    hub.add(own, ALICE, { address: ALICE, expiresAt });
    hub.add(all, null, { address: BOB, expiresAt });
    const hedge = { type: 'hedge', account: ALICE } as const;
    hub.publish(hedge);
    vi.advanceTimersByTime(30);
    expect([stranger, foreign, own, all].map(({ written }) => data(written))).toEqual([[], [], [hedge], []]);
    vi.advanceTimersByTime(60_000);
    hub.publish(hedge);
    vi.advanceTimersByTime(30);
    expect(data(own.written)).toEqual([hedge]);
  });

  it('coalesces a storm into at most about four batches a second', () => {
    const sink = aSink();
    hub.add(sink, null);
    for (let i = 0; i < 200; i += 1) {
      hub.publish({ type: 'position', positionId: 'a', account: ALICE });
      hub.publish({ type: 'chain', chainId: 1 });
      vi.advanceTimersByTime(10);
    }
    expect(batches(sink.written)).toBeLessThanOrEqual(9);
    expect(data(sink.written).length).toBe(batches(sink.written) * 2);
  });

  it('sends a heartbeat while nothing happens', () => {
    const sink = aSink();
    hub.add(sink, null);
    vi.advanceTimersByTime(HUB_OPTIONS.heartbeatMs + 1);
    expect(sink.written.at(-1)).toBe(': still here\n\n');
  });

  it('forgets a client that left, and writes to it no more', () => {
    const sink = aSink();
    const remove = hub.add(sink, null);
    hub.publish({ type: 'chain', chainId: 1 });
    remove?.();
    vi.advanceTimersByTime(60_000);
    expect(data(sink.written)).toEqual([]);
    expect(hub.size).toBe(0);
  });

  it('closes a client that does not read', () => {
    const sink = aSink();
    hub.add(sink, null);
    sink.backlog = 2_000_000;
    hub.publish({ type: 'chain', chainId: 1 });
    vi.advanceTimersByTime(30);
    expect(sink.closed).toBe(true);
    expect(hub.size).toBe(0);
  });

  it('refuses one client too many', () => {
    const small = new EventHub({ ...HUB_OPTIONS, maxClients: 1 });
    expect(small.add(aSink(), null)).not.toBeNull();
    expect(small.add(aSink(), null)).toBeNull();
    small.close();
  });
});
