import { z } from 'zod';
import { callOf, chainlinkFeedAbi, decodeResult, type ChainBook, type ReadClient } from '@ballast/connectors';
import { BREAKERS, judgeAgreement, judgeBaseFee, judgeHead, judgeSequencer, type EndpointFacts, type SequencerFacts, type StopScope } from '@ballast/policy';
import { address, type Address } from '@ballast/units';
import { keepers } from '../keepers.js';
import type { Look, Looked, Moment } from './look.js';

const anAddress = z.tuple([z.string().transform(address)]);
const round = z.tuple([z.bigint(), z.bigint(), z.bigint(), z.bigint(), z.bigint()]).transform(([, answer, startedAt]) => ({ isDown: answer !== 0n, since: startedAt }));
const NONE = `0x${'0'.repeat(40)}`;
/** Disagreements older than this are no longer counted. */
const REMEMBERED_SECONDS = 60n;

/** What the chain's nodes have shown by our own clock: whether its head moves, and whether they agree. It asks nothing of them. */
export class NodeSight {
  private hash = '';
  private newsAt: bigint;
  private noQuorumAt: bigint | null = null;
  private counted = new Map<string, number>();
  private readonly disagreed = new Map<string, bigint>();

  /** `allowedSeconds`: without a new block for longer than this the chain counts as not seen. */
  constructor(private readonly scope: StopScope, private readonly client: Pick<ReadClient, 'endpointHealth'>, private readonly allowedSeconds: bigint, own: bigint) {
    this.newsAt = own;
  }

  saw(hash: string, own: bigint): void {
    if (hash !== this.hash) [this.hash, this.newsAt] = [hash, own];
  }

  /** A read found that no quorum of the nodes says the same. */
  foundNoQuorum(own: bigint): void {
    this.noQuorumAt = own;
  }

  look(own: bigint): readonly Looked[] {
    const endpoints = this.endpoints(own);
    const foundNoQuorum = this.noQuorumAt !== null && own - this.noQuorumAt < REMEMBERED_SECONDS;
    return [
      { rule: BREAKERS.headStalled, scope: this.scope, finding: judgeHead({ sinceNewHead: own - this.newsAt, allowedSeconds: this.allowedSeconds }) },
      { rule: BREAKERS.rpcDisagreement, scope: this.scope, finding: judgeAgreement({ endpoints, foundNoQuorum }) },
    ];
  }

  /** The counters only grow: what was added to one since the last look happened now. */
  private endpoints(own: bigint): readonly EndpointFacts[] {
    const health = this.client.endpointHealth();
    const isFirst = this.counted.size === 0;
    for (const { endpoint, disagreements } of health) {
      if (!isFirst && disagreements > (this.counted.get(endpoint) ?? 0)) this.disagreed.set(endpoint, own);
    }
    this.counted = new Map(health.map(({ endpoint, disagreements }) => [endpoint, disagreements]));
    return health.map(({ endpoint }) => {
      const at = this.disagreed.get(endpoint);
      return { endpoint, disagreed: at !== undefined && own - at < REMEMBERED_SECONDS ? 1 : 0 };
    });
  }
}

/** The network's fee, and on a rollup its sequencer. */
export class ChainLook implements Look {
  readonly of = 'the network fee and the sequencer';
  private feed: Address | null | undefined;

  constructor(private readonly scope: StopScope, private readonly client: ReadClient, private readonly book: ChainBook, private readonly mostBaseFee: bigint) {}

  async look({ block }: Moment): Promise<readonly Looked[]> {
    const [baseFee, sequencer] = await Promise.all([this.client.baseFee(), this.sequencer(block)]);
    return [
      { rule: BREAKERS.baseFee, scope: this.scope, finding: judgeBaseFee({ baseFee, most: this.mostBaseFee }) },
      { rule: BREAKERS.sequencerDown, scope: this.scope, finding: judgeSequencer(sequencer) },
    ];
  }

  /** Through the feed that the keepers contract names, which never changes. Null where it names none. */
  private async sequencer(block: Moment['block']): Promise<SequencerFacts | null> {
    if (this.feed === undefined) {
      const [answer] = await this.client.multicall(block, [callOf(this.book.ballast.keepers, keepers, 'sequencerFeed')]);
      const [feed] = decodeResult(keepers, 'sequencerFeed', anAddress, answer);
      this.feed = feed === NONE ? null : feed;
    }
    if (this.feed === null) return null;
    const [answer] = await this.client.multicall(block, [callOf(this.feed, chainlinkFeedAbi, 'latestRoundData')]);
    return decodeResult(chainlinkFeedAbi, 'latestRoundData', round, answer);
  }
}
