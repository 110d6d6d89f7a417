import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { HeartbeatRefused, openHeartbeat } from '@ballast/heartbeat';
import type { BeatSeen } from './look.js';
import { recipient, type Recipient } from './state.js';

const PATIENCE_MS = 5_000;
const MOST_BYTES = 4_000_000;
const PAGE = 1_000;
/** More pages than this are an answer that never ends. */
const MOST_PAGES = 1_000;

const page = z.object({ recipients: z.array(recipient), next: z.string().min(1).max(200).nullable() });

/** The Ballast that is watched over, as anybody reaches it. */
export class Service {
  constructor(private readonly options: { readonly statusUrl: string; readonly publicKey: KeyObject; readonly token: string }) {}

  /** The newest heartbeat, its signature checked. Never throws. */
  async heartbeat(): Promise<BeatSeen> {
    let served: unknown;
    try {
      served = await this.ask('/v1/status/heartbeat', {});
    } catch (error) {
      return { kind: 'missed', why: reasonOf(error) };
    }
    try {
      return { kind: 'read', body: openHeartbeat(served, this.options.publicKey) };
    } catch (error) {
      if (error instanceof HeartbeatRefused) return { kind: 'refused', why: error.message };
      throw error;
    }
  }

  /** All whom to tell. @throws Error when any page of the list cannot be had: half a list is none */
  async recipients(): Promise<readonly Recipient[]> {
    const all: Recipient[] = [];
    let after: string | null = null;
    for (let count = 0; count < MOST_PAGES; count += 1) {
      const path: string = `/v1/watchdog/recipients?limit=${PAGE}${after === null ? '' : `&after=${encodeURIComponent(after)}`}`;
      const parsed = page.safeParse(await this.ask(path, { authorization: `Bearer ${this.options.token}` }));
      if (!parsed.success) throw new Error('the list of recipients is not as expected');
      all.push(...parsed.data.recipients);
      after = parsed.data.next;
      if (after === null) return all;
    }
    throw new Error('the list of recipients does not end');
  }

  /** A redirect is not followed: it would take the token elsewhere. */
  private async ask(path: string, headers: Readonly<Record<string, string>>): Promise<unknown> {
    const response = await fetch(new URL(path, this.options.statusUrl), { headers: { accept: 'application/json', ...headers }, redirect: 'error', signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`it answered ${response.status}`);
    }
    return JSON.parse(await textOf(response)) as unknown;
  }
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (text.length > MOST_BYTES) throw new Error('it answered with too much');
  }
  return text;
}

/** Why a request failed, without an address: an RPC address may hold a key. */
export function reasonOf(error: unknown): string {
  const { name, message, cause } = error as { name?: string; message?: string; cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return `no answer within ${PATIENCE_MS / 1000} s`;
  if (error instanceof SyntaxError) return 'it answered something that is not JSON';
  return cause?.code ?? cause?.message ?? message ?? String(error);
}
