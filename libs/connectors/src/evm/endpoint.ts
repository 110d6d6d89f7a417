import { BallastError, type ChainId } from '@ballast/units';
import { LogRangeRefused, RpcBlind, RpcRateLimited, RpcRefused, RpcUnreachable, WrongChain } from '../errors.js';
import { distinctUrls } from '../rpc-urls.js';
import { JsonRpc } from './json-rpc.js';
import { isRevert } from './refusals.js';
import type { EndpointHealth, EndpointOptions, EndpointProblem, Urls } from './rpc.js';
import { wire } from './wire.js';

const FIRST_REST_MS = 500;
const LONGEST_REST_MS = 30_000;
/** A node may ask for a longer pause than we would make by ourselves, but not for an hour. */
const LONGEST_WISH_MS = 60_000;
/** Blocks of the others during which a head must stand still to be called stale. */
const STALE_AFTER_BLOCKS = 3;
const SHOWN = 300;

/**
 * One of a chain's endpoints with its record. Among several, one that fails rests for a growing time: after a rate limit or on another
 * chain it is not asked at all, after any other failure only where the others do not suffice. An only endpoint never rests.
 */
export class Endpoint {
  readonly name: string;
  private readonly rpc: JsonRpc;
  private chainSeen = false;
  private isLooking = false;
  private strikes = 0;
  private failures = 0;
  private disagreements = 0;
  private lastError: string | null = null;
  private restUntil = 0;
  private closed = false;
  private headLag: number | null = null;
  private headHash = '';
  private stoodStill = 0;
  private readonly told = new Set<EndpointProblem['kind']>();
  private readonly now: () => number;
  private readonly random: () => number;

  constructor(url: string, private readonly chainId: ChainId, private readonly isOnly: boolean, private readonly options: EndpointOptions) {
    this.rpc = new JsonRpc(url, options.timeoutMs ?? 10_000);
    this.name = this.rpc.endpoint;
    this.now = options.now ?? Date.now;
    this.random = options.random ?? Math.random;
  }

  /** Not to be asked at all just now. */
  get isClosed(): boolean {
    return this.closed && this.isResting;
  }

  /** Whoever asks it may wait for nothing. */
  get isAway(): boolean {
    return !this.isOnly && (this.isResting || !this.chainSeen);
  }

  /** To be asked only where the others do not suffice. */
  get isDoubtful(): boolean {
    return this.isAway || this.isStale;
  }

  private get isResting(): boolean {
    return !this.isOnly && this.restUntil > this.now();
  }

  private get isStale(): boolean {
    return this.stoodStill >= STALE_AFTER_BLOCKS;
  }

  /** The node's result, unparsed; what goes wrong is put on record. @throws RpcUnreachable, RpcRefused, WrongChain */
  async ask(method: string, params: readonly unknown[]): Promise<unknown> {
    try {
      if (!this.chainSeen) await this.seeChain();
      return await this.rpc.request(method, params);
    } catch (error) {
      // A contract's revert, a log query that is too large and what a node thinks of signed bytes are answers, not failures.
      const isAnswer = error instanceof RpcRefused && (isRevert(error) || error instanceof LogRangeRefused || method === 'eth_sendRawTransaction');
      if (error instanceof BallastError && !isAnswer) this.failed(error);
      throw error;
    }
  }

  /** Asks for the chain id. @throws RpcUnreachable, RpcRefused, WrongChain */
  async seeChain(): Promise<void> {
    const answer = await this.rpc.request('eth_chainId', []);
    const given = wire.quantity.safeParse(answer);
    if (!given.success || given.data !== BigInt(this.chainId)) throw new WrongChain(this.name, given.success ? given.data.toString() : JSON.stringify(answer), this.chainId);
    this.chainSeen = true;
  }

  /** Finds out, beside the reads, whether a node that was away is back on its chain: no read waits for one as long as the others suffice. */
  lookAgain(): void {
    if (this.chainSeen || this.isResting || this.isLooking) return;
    this.isLooking = true;
    this.seeChain()
      .catch((error: unknown) => this.failed(error as BallastError))
      .finally(() => (this.isLooking = false));
  }

  /** An answer could not be had, or not be used. */
  failed(error: BallastError): void {
    this.failures += 1;
    this.lastError = error.message.slice(0, SHOWN);
    if (error instanceof RpcRateLimited) this.rest('rate-limited', error.retryAfterMs ?? 0);
    else if (error instanceof WrongChain) this.rest('wrong-chain', LONGEST_REST_MS);
    else if (error instanceof RpcUnreachable) {
      // What answers there afterwards may be another node.
      this.chainSeen = this.isOnly;
      this.rest('unreachable', 0);
    }
  }

  /** Its answer is the one that was taken. */
  agreed(): void {
    if (this.isClosed) return;
    this.strikes = 0;
    this.restUntil = 0;
    this.told.clear();
  }

  /** Its answer was another than the others', or differed and nobody can tell who is right. */
  differed(detail: string): void {
    this.disagreements += 1;
    this.lastError = detail.slice(0, SHOWN);
    this.rest('disagreement', 0);
  }

  /** Its newest block, beside the one that the chain is read at: `moved` when that is another than before. */
  showedHead(hash: string, lag: number, moved: boolean): void {
    const stands = hash === this.headHash && lag > 0;
    if (!stands) this.stoodStill = 0;
    else if (moved) this.stoodStill += 1;
    this.headHash = hash;
    this.headLag = lag;
    if (this.isStale) this.tell('stale', `its head stands still, ${lag} blocks behind`);
  }

  health(): EndpointHealth {
    const { name: endpoint, headLag, isStale: stale, failures, disagreements, lastError } = this;
    return { endpoint, headLag, stale, failures, disagreements, restingUntil: this.isResting ? this.restUntil : null, lastError };
  }

  private rest(kind: EndpointProblem['kind'], wishMs: number): void {
    if (this.isOnly) return;
    this.tell(kind, this.lastError ?? kind);
    const closes = kind === 'rate-limited' || kind === 'wrong-chain';
    // Requests that were under way together fail together: that is one strike.
    if (this.isResting && (this.closed || !closes)) return;
    this.strikes += 1;
    const growing = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (this.strikes - 1)) * (0.5 + this.random() / 2);
    this.restUntil = this.now() + Math.max(growing, Math.min(wishMs, LONGEST_WISH_MS));
    this.closed = closes;
  }

  private tell(kind: EndpointProblem['kind'], detail: string): void {
    if (this.told.has(kind)) return;
    this.told.add(kind);
    this.options.report?.({ endpoint: this.name, kind, detail });
  }
}

/** Those that may be asked, the doubtful ones last, otherwise in the order given. Those that were away are looked for again. */
export function inOrder(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  for (const endpoint of endpoints) endpoint.lookAgain();
  const open = endpoints.filter((endpoint) => !endpoint.isClosed);
  return [...open.filter((endpoint) => !endpoint.isDoubtful), ...open.filter((endpoint) => endpoint.isDoubtful)];
}

/**
 * Opens a chain's endpoints once `enough` of them have answered with its id. Of the others, one on another chain is left out, and one that
 * did not answer is asked for its chain id before it is asked anything else.
 * @throws WrongChain when too many serve another chain
 * @throws RpcUnreachable when too few answer
 */
export async function openEndpoints(urls: readonly string[], chainId: ChainId, enough: (count: number) => number, options: EndpointOptions): Promise<readonly Endpoint[]> {
  const endpoints = distinctUrls(urls).map((url) => new Endpoint(url, chainId, urls.length === 1, options));
  const errors: BallastError[] = [];
  await Promise.all(
    endpoints.map(async (endpoint, index) => {
      try {
        await endpoint.seeChain();
      } catch (error) {
        if (!(error instanceof BallastError)) throw error;
        endpoint.failed(error);
        errors[index] = error;
      }
    }),
  );
  const failed = errors.filter((error) => error !== undefined);
  const wrong = failed.filter((error) => error instanceof WrongChain);
  const needed = enough(endpoints.length);
  if (endpoints.length - failed.length >= needed) return endpoints;
  if (endpoints.length === 1 && failed[0] !== undefined) throw failed[0];
  if (wrong[0] !== undefined && endpoints.length - wrong.length < needed) throw wrong[0];
  throw new RpcBlind(namesOf(endpoints), 'eth_chainId', failed.map((error) => error.message).join('; '), `the id of chain ${chainId} from ${needed} of ${endpoints.length} endpoints`);
}

/** The endpoints for people, without anything secret. */
export const namesOf = (endpoints: readonly Endpoint[]): string => endpoints.map(({ name }) => name).join(', ');

export const urlsOf = ({ url, urls }: Urls): readonly string[] => urls ?? [url];
