import { BallastError } from '@ballast/units';
import { LogRangeRefused, RpcBlind, RpcDisagreement, RpcRefused } from '../errors.js';
import { inOrder, namesOf, type Endpoint } from './endpoint.js';
import { findHead, type HeadSeen } from './quorum-head.js';
import type { EndpointHealth, Rpc } from './rpc.js';
import { excerpt, largestGroup, recordVotes, voteOf, type Vote } from './votes.js';

/** How many endpoints must say the same: more than half, so 2 of 2, 2 of 3, 3 of 4, 3 of 5. Two quorums always share an endpoint. */
export const quorumOf = (count: number): number => Math.floor(count / 2) + 1;

/**
 * Several endpoints of one chain that answer as one: an answer is what a quorum says alike, and without a quorum there is none. A read asks as
 * many endpoints as the quorum needs, and the others where one of those fails or differs. The newest block is the highest that a quorum knows.
 * With one endpoint, its answers are passed on as they are.
 */
export class QuorumRpc implements Rpc {
  readonly endpoint: string;
  private readonly quorum: number;
  private lastHead: HeadSeen | null = null;

  constructor(private readonly endpoints: readonly Endpoint[]) {
    this.endpoint = namesOf(endpoints);
    this.quorum = quorumOf(endpoints.length);
  }

  endpointHealth(): readonly EndpointHealth[] {
    return this.endpoints.map((endpoint) => endpoint.health());
  }

  async request(method: string, params: readonly unknown[]): Promise<unknown> {
    const only = this.endpoints.length === 1 ? this.endpoints[0] : undefined;
    if (only !== undefined) return only.ask(method, params);
    if (method === 'eth_getBlockByNumber' && params[0] === 'latest') {
      this.lastHead = await findHead(this.endpoints, this.quorum, this.lastHead);
      return this.lastHead.value;
    }
    return this.agree(method, params);
  }

  private async agree(method: string, params: readonly unknown[]): Promise<unknown> {
    const waiting = [...inOrder(this.endpoints)];
    const votes: Vote[] = [];
    const failures: BallastError[] = [];
    for (;;) {
      const group = largestGroup(votes);
      const missing = this.quorum - group.length;
      if (missing <= 0) return settle(group, votes, method);
      if (waiting.length < missing) throw this.noQuorum(method, votes, failures);
      for (const outcome of await Promise.all(waiting.splice(0, missing).map((endpoint) => voteOf(endpoint, method, params)))) {
        if (outcome instanceof BallastError) failures.push(outcome);
        else votes.push(outcome);
      }
    }
  }

  /** What to throw where no quorum can be had, the most useful first; never anybody's answer. */
  private noQuorum(method: string, votes: readonly Vote[], failures: readonly BallastError[]): BallastError {
    const tooLarge = failures.filter((error) => error instanceof LogRangeRefused);
    // Asked for fewer blocks, those that refused would make up the quorum.
    if (tooLarge[0] !== undefined && tooLarge.length + largestGroup(votes).length >= this.quorum) return tooLarge[0];
    const refusals = failures.filter((error) => error instanceof RpcRefused);
    if (refusals[0] !== undefined && refusals.length >= this.quorum) return refusals[0];
    const said = votes.filter(({ answer }) => !answer.isAbsent);
    const expected = `the same answer from ${this.quorum} of ${this.endpoints.length} endpoints`;
    if (new Set(said.map(({ answer }) => answer.key)).size > 1) {
      const keys = said.map(({ answer }) => answer.key);
      const given = said.map(({ endpoint, answer }) => `${excerpt(answer.key, keys)} from ${endpoint.name}`).join('; ');
      for (const { endpoint } of said) endpoint.differed(`${method}: no quorum: ${given}`);
      return new RpcDisagreement(this.endpoint, method, given, expected);
    }
    return new RpcBlind(this.endpoint, method, [...votes.map(({ endpoint }) => `one answer from ${endpoint.name}`), ...failures.map((error) => error.message)].join('; ') || 'no endpoint that may be asked now', expected);
  }
}

/** Returns the quorum's answer and puts on record who agreed and who did not. @throws RpcRefused when the quorum says that the call reverts */
function settle(group: readonly Vote[], votes: readonly Vote[], method: string): unknown {
  const [first] = group;
  if (first === undefined) return null;
  recordVotes(group, votes, method);
  if (first.revert !== null) throw first.revert;
  return first.answer.value;
}
