import { BallastError, type ChainId } from '@ballast/units';
import { ReadFailed, RpcBlind, RpcDisagreement } from '../errors.js';
import { agreed } from './agreed.js';
import { inOrder, namesOf, openEndpoints, urlsOf, type Endpoint } from './endpoint.js';
import type { BlockRef } from './read-client.js';
import type { EndpointHealth, EndpointOptions, Urls } from './rpc.js';
import { SendNode, isNodesFailure, type BroadcastAnswer, type CallRequest, type Delivery, type GasEstimate, type Simulation } from './send-node.js';
import type { Hex } from './wire.js';

export { classifyBroadcast, type BroadcastAnswer, type CallRequest, type Delivery, type GasEstimate, type Simulation } from './send-node.js';

/** Of several nodes' answers the first of these stands: one node that took the bytes is enough, and a used nonce is known only to a node that is not behind. */
const WEIGHT: readonly BroadcastAnswer['kind'][] = ['accepted', 'already-known', 'nonce-too-low', 'underpriced', 'nonce-too-high', 'rejected'];

/** Tries calls out and sends signed bytes, through one endpoint or several. It holds no key. */
export class SendClient {
  private readonly nodes: readonly SendNode[];

  constructor(readonly chainId: ChainId, private readonly endpoints: readonly Endpoint[]) {
    this.nodes = endpoints.map((endpoint) => new SendNode(endpoint));
  }

  /** How each endpoint has done so far, in the order in which they were given. */
  endpointHealth(): readonly EndpointHealth[] {
    return this.endpoints.map((endpoint) => endpoint.health());
  }

  /**
   * Sends signed bytes to every endpoint, and returns as soon as one has accepted them; otherwise, once all have answered, what counts most of
   * accepted, already known, nonce too low, underpriced, nonce too high, rejected. Endpoints under a rate limit are tried when no other took the bytes.
   * Without a relay `delivery` changes nothing.
   * @throws RpcUnreachable when no endpoint answers, so that it is not known whether the bytes arrived
   */
  async broadcast(raw: Hex, _delivery?: Delivery): Promise<BroadcastAnswer> {
    const open = this.inOrder();
    const first = await toEach(open, raw);
    const taken = first.answers.some(({ kind }) => kind === 'accepted' || kind === 'already-known');
    const second = taken ? { answers: [], failures: [] } : await toEach(this.nodes.filter((node) => !open.includes(node)), raw);
    const answers = [...first.answers, ...second.answers].sort((a, b) => WEIGHT.indexOf(a.kind) - WEIGHT.indexOf(b.kind));
    return answers[0] ?? this.fail('eth_sendRawTransaction', [...first.failures, ...second.failures]);
  }

  /**
   * Runs the call as the block after `head` would: through eth_simulateV1 where the node has it, else eth_call. Where there are several endpoints two have
   * to say the same; a third decides where they differ. One answer stands alone where no other comes within a moment after it.
   * @throws RpcUnreachable, ReadFailed; RpcDisagreement where no two say the same
   */
  async simulate(call: CallRequest, head: BlockRef): Promise<Simulation> {
    if (this.nodes.length === 1) return this.firstThatCan('eth_simulateV1', (node) => node.simulate(call, head));
    return agreed(this.inOrder(), (node) => node.simulate(call, head), (failures) => this.fail('eth_simulateV1', failures), (given) => new RpcDisagreement(namesOf(this.endpoints), 'eth_simulateV1', given, 'two endpoints that say the same'));
  }

  /**
   * Gas the call needs at the newest block, without margin; or the revert that it meets there. The first endpoint that can answers.
   * @throws RpcUnreachable, ReadFailed
   */
  async estimateGas(call: CallRequest): Promise<GasEstimate> {
    return this.firstThatCan('eth_estimateGas', (node) => node.estimateGas(call));
  }

  private async firstThatCan<T>(method: string, ask: (node: SendNode) => Promise<T>): Promise<T> {
    const failures: BallastError[] = [];
    for (const node of this.inOrder()) {
      try {
        return await ask(node);
      } catch (error) {
        if (!isNodesFailure(error)) throw error;
        failures.push(error);
      }
    }
    return this.fail(method, failures);
  }

  private inOrder(): readonly SendNode[] {
    return inOrder(this.endpoints).map((endpoint) => this.nodes[this.endpoints.indexOf(endpoint)] as SendNode);
  }

  private fail(method: string, failures: readonly BallastError[]): never {
    const [first] = failures;
    if (first !== undefined && (this.nodes.length === 1 || failures.every((error) => error instanceof ReadFailed))) throw first;
    throw new RpcBlind(namesOf(this.endpoints), method, failures.map((error) => error.message).join('; ') || 'no endpoint that may be asked now', `an answer from one of ${this.nodes.length} endpoints`);
  }
}

/** Opens a sender once one endpoint has answered with the chain's id. @throws RpcUnreachable, WrongChain */
export async function connectSender(options: EndpointOptions & Urls & { readonly chainId: ChainId }): Promise<SendClient> {
  return new SendClient(options.chainId, await openEndpoints(urlsOf(options), options.chainId, () => 1, options));
}

interface Sent {
  readonly answers: readonly BroadcastAnswer[];
  readonly failures: readonly BallastError[];
}

/** All are sent the bytes at once; who is slow to say so does not delay the news that one has accepted them. */
function toEach(nodes: readonly SendNode[], raw: Hex): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const sent = nodes.map(async (node): Promise<BroadcastAnswer | BallastError> => {
      try {
        const answer = await node.broadcast(raw);
        if (answer.kind === 'accepted') resolve({ answers: [answer], failures: [] });
        return answer;
      } catch (error) {
        if (!isNodesFailure(error)) throw error;
        return error;
      }
    });
    Promise.all(sent).then((outcomes) => {
      resolve({
        answers: outcomes.filter((outcome): outcome is BroadcastAnswer => !(outcome instanceof BallastError)),
        failures: outcomes.filter((outcome) => outcome instanceof BallastError),
      });
    }, reject);
  });
}
