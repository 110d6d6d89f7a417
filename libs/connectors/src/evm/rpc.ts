/** What reads and sends need of a chain's nodes, be they one or several. */
export interface Rpc {
  /** Scheme, host and port, of several nodes one after the other: what may be shown and logged. */
  readonly endpoint: string;
  /**
   * Returns the `result`, unparsed.
   * @throws RpcUnreachable when no usable answer comes: RpcBlind where too few of several nodes answer, RpcDisagreement where they differ
   * @throws RpcRefused when the answer is an error: LogRangeRefused where a log query is too large
   */
  request(method: string, params: readonly unknown[]): Promise<unknown>;
  endpointHealth(): readonly EndpointHealth[];
}

/** How one endpoint has done since it was opened. */
export interface EndpointHealth {
  /** Scheme, host and port: the path may hold a key. */
  readonly endpoint: string;
  /** Blocks by which its newest block was behind the newest one that agrees with the others' chain; null before it was known. */
  readonly headLag: number | null;
  /** Its head stands still while the others' moves. */
  readonly stale: boolean;
  /** Requests that brought no usable answer. */
  readonly failures: number;
  /** Answers that differed from the others'. */
  readonly disagreements: number;
  /** Wall-clock milliseconds until which the others are asked instead, as far as they suffice; null when it is not resting. */
  readonly restingUntil: number | null;
  readonly lastError: string | null;
}

/** Something that an operator should hear of at once. It is told once until the endpoint is well again. */
export interface EndpointProblem {
  readonly endpoint: string;
  readonly kind: 'wrong-chain' | 'disagreement' | 'stale' | 'rate-limited' | 'unreachable';
  readonly detail: string;
}

export interface EndpointOptions {
  /** For each request; ten seconds where it is not given. */
  readonly timeoutMs?: number;
  readonly report?: (problem: EndpointProblem) => void;
  /** Wall-clock milliseconds. */
  readonly now?: () => number;
  /** Uniform in [0, 1): spreads the rests, so that what was limited together does not come back together. */
  readonly random?: () => number;
}

/** One endpoint, or several of different operators. */
export type Urls = { readonly url: string; readonly urls?: undefined } | { readonly urls: readonly string[]; readonly url?: undefined };
