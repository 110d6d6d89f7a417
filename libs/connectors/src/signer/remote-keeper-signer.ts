import { address, hash32, type Address, type ChainId, type Hash32 } from '@ballast/units';
import { Transaction } from 'ethers';
import type { z } from 'zod';
import { exchange, jsonOf, NoAnswer, peerName, type LocalAddress } from '../local-request.js';
import type { KeeperSigner, SignedTransaction, SigningRequest } from './keeper-signer.js';
import { FencedOff, SignatureWrong, SignerUnreachable, SpendingLimitReached, type FenceKeeper, type SignedLog } from './signed-log.js';
import { fenceAnswer, healthAnswer, requestBody, signAnswer, signedAnswer, signerRefusal, type SignerHealth } from './signer-wire.js';
import { SigningRefused } from './signing-policy.js';

/** Where a signer listens: a web address, or a unix socket by its path. */
export type SignerAddress = LocalAddress;

export interface RemoteSignerOptions {
  readonly at: SignerAddress;
  /** The shared secret; none where a socket's file permissions say who may ask. */
  readonly token?: string;
  readonly chainId: ChainId;
  readonly timeoutMs?: number;
}

const MOST_ANSWER = 256_000;

/** Asks a signer in another process. It holds no key: what it may be used for is decided there. */
export class RemoteKeeperSigner implements KeeperSigner, SignedLog, FenceKeeper {
  private constructor(private readonly options: RemoteSignerOptions, readonly lanes: readonly Address[]) {}

  /** Asks the signer for its lanes. @throws SignerUnreachable also when it signs for another chain */
  static async connect(options: RemoteSignerOptions): Promise<RemoteKeeperSigner> {
    const health = await ask(options, 'GET', '/health', healthAnswer);
    if (health.chainId !== options.chainId) throw new SignerUnreachable(peerName(options.at), `a signer for chain ${health.chainId}`, `one for chain ${options.chainId}`);
    return new RemoteKeeperSigner(options, health.lanes);
  }

  /** @throws SigningRefused, FencedOff, SpendingLimitReached, SignerUnreachable; SignatureWrong when what came back is not what was asked for */
  async sign(asked: SigningRequest): Promise<SignedTransaction> {
    const answer = await ask(this.options, 'POST', '/sign', signAnswer, requestBody(asked));
    requireSame(asked, answer);
    return answer;
  }

  async announce(fence: bigint): Promise<void> {
    await ask(this.options, 'POST', '/fence', fenceAnswer, JSON.stringify({ fence: fence.toString() }));
  }

  async has(hash: Hash32): Promise<boolean> {
    return (await ask(this.options, 'GET', `/signed/${hash}`, signedAnswer)).signed;
  }

  /** Its lanes, chain and newest fence now. @throws SignerUnreachable */
  health(): Promise<SignerHealth> {
    return ask(this.options, 'GET', '/health', healthAnswer);
  }

  toJSON(): { lanes: readonly Address[]; at: string } {
    return { lanes: this.lanes, at: peerName(this.options.at) };
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `RemoteKeeperSigner(${peerName(this.options.at)}: ${this.lanes.join(', ')})`;
  }
}

async function ask<T>(options: RemoteSignerOptions, method: 'GET' | 'POST', path: string, schema: z.ZodType<T>, body?: string): Promise<T> {
  const { status, text } = await send(options, method, path, body);
  const json = jsonOf(text);
  const parsed = status === 200 ? schema.safeParse(json) : null;
  if (parsed?.success) return parsed.data;
  const refusal = signerRefusal.safeParse(json);
  if (status === 200 || !refusal.success) throw new SignerUnreachable(peerName(options.at), `status ${status} and an answer that does not parse`);
  const said = refusal.data;
  switch (said.code) {
    case 'signing-refused': throw new SigningRefused(said.field, said.given, said.expected);
    case 'fenced-off': throw new FencedOff(said.given, said.newest);
    case 'spending-limit': throw new SpendingLimitReached(said.lane, said.committed, said.asked, said.most);
    // What no repetition mends: told as the policy's refusals are, so that it is given up and paged for.
    case 'invalid-request': case 'request-too-large': throw new SigningRefused('request', said.message, 'one that the signer can read');
    case 'unauthorised': case 'not-found': case 'log-unusable': case 'signer-failed': throw new SignerUnreachable(peerName(options.at), `${said.code}: ${said.message}`);
  }
}

async function send({ timeoutMs = 4_000, ...peer }: RemoteSignerOptions, method: 'GET' | 'POST', path: string, body?: string): Promise<{ status: number; text: string }> {
  try {
    // The same request again gives the same bytes.
    return await exchange(peer, { method, path, ...(body === undefined ? {} : { body }), timeoutMs, mostAnswer: MOST_ANSWER, again: true });
  } catch (error) {
    if (error instanceof NoAnswer) throw new SignerUnreachable(peerName(peer.at), error.why);
    throw error;
  }
}

/** @throws SignatureWrong unless the bytes are the very transaction that was asked for, signed by its lane */
function requireSame({ lane, transaction: tx }: SigningRequest, { raw, hash }: SignedTransaction): void {
  const signed = parsed(raw);
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['type', signed.type, 2], ['sender', signed.from === null ? null : address(signed.from), lane], ['hash', signed.hash === null ? null : hash32(signed.hash), hash], ['chain id', signed.chainId, BigInt(tx.chainId)],
    ['nonce', BigInt(signed.nonce), tx.nonce], ['destination', signed.to === null ? null : address(signed.to), tx.to], ['calldata', signed.data.toLowerCase(), tx.data.toLowerCase()], ['value', signed.value, tx.value],
    ['gas limit', signed.gasLimit, tx.gasLimit], ['max fee per gas', signed.maxFeePerGas, tx.maxFeePerGas], ['priority fee per gas', signed.maxPriorityFeePerGas, tx.maxPriorityFeePerGas], ['access list', signed.accessList?.length ?? 0, 0],
  ];
  for (const [field, given, expected] of pairs) if (given !== expected) throw new SignatureWrong(field, String(given), String(expected));
}

function parsed(raw: string): Transaction {
  try {
    return Transaction.from(raw);
  } catch {
    throw new SignatureWrong('bytes', `${raw.length} characters`, 'a signed transaction');
  }
}
