import { BallastError } from '@ballast/units';

/** No usable answer came: connection refused, timeout, HTTP error, not JSON. Nothing is known about the chain; try again. */
export class RpcUnreachable extends BallastError {
  readonly code: string = 'rpc-unreachable';
  readonly disposition = 'retryable';
  /** @param endpoint scheme, host and port only: the rest of an RPC address may hold a key */
  constructor(readonly endpoint: string, readonly method: string, readonly given: string, expected = 'a JSON-RPC answer') {
    super(`${endpoint}: ${method}: got ${given}, expected ${expected}`);
  }
}

/** The node wants to be asked less often. `retryAfterMs` is the pause that it named, null where it named none. */
export class RpcRateLimited extends RpcUnreachable {
  override readonly code = 'rpc-rate-limited';
  constructor(endpoint: string, method: string, given: string, readonly retryAfterMs: number | null) {
    super(endpoint, method, given, 'an answer within the node\'s rate limit');
  }
}

/** Too few of a chain's endpoints gave an answer: we are blind on it until more do. Nothing is known about the chain; try again. */
export class RpcBlind extends RpcUnreachable {
  override readonly code: string = 'rpc-blind';
}

/** A chain's endpoints gave different answers and no quorum gave the same one: we are blind, and one of them lies or is on another fork. */
export class RpcDisagreement extends RpcBlind {
  override readonly code = 'rpc-disagreement';
}

/** The node answered and said no. `rpcCode` and `data` are the node's own; `data` carries revert data where the call reverted. */
export class RpcRefused extends BallastError {
  readonly code: string = 'rpc-refused';
  readonly disposition = 'refused';
  constructor(readonly endpoint: string, readonly method: string, readonly rpcCode: number, readonly reason: string, readonly data: `0x${string}` | null) {
    super(`${endpoint}: ${method}: the node refused (${rpcCode}): ${reason}`);
  }
}

/** The range of a log query, or what it would return, is more than the node allows: ask for fewer blocks. */
export class LogRangeRefused extends RpcRefused {
  override readonly code = 'log-range-refused';
}

/** The endpoint serves another chain than the one it was given for. */
export class WrongChain extends BallastError {
  readonly code = 'wrong-chain';
  readonly disposition = 'invalid';
  constructor(readonly endpoint: string, readonly given: string, readonly expected: number) {
    super(`${endpoint}: got chain id ${given}, expected ${expected}`);
  }
}

/** An answer came but is not what was asked for: wrong shape, unknown block, undecodable data. Reading again may help. */
export class ReadFailed extends BallastError {
  readonly code = 'read-failed';
  readonly disposition = 'retryable';
  constructor(readonly what: string, readonly given: string, readonly expected: string) {
    super(`${what}: got ${given}, expected ${expected}`);
  }
}

/** The contract reverted. `data` is its revert data, `0x` where it gave none. */
export class CallReverted extends BallastError {
  readonly code = 'call-reverted';
  readonly disposition = 'refused';
  constructor(readonly to: string, readonly data: `0x${string}`, readonly reason: string) {
    super(`call to ${to} reverted: ${reason}${data === '0x' ? '' : ` (${data})`}`);
  }
}
