import { Inject, Injectable } from '@nestjs/common';
import type { z } from 'zod';
import type { ChainBook } from '@ballast/connectors';
import { ChainStore, LivenessStore, StatusReader } from '@ballast/storage';
import type * as contract from '../contract/schemas.js';
import type { Env } from '../env.js';
import { BOOK, ENV } from '../tokens.js';
import { chainView } from '../views/chain-view.js';
import { livenessView } from '../views/liveness-view.js';

/** What the status page and the metrics say of the service. */
@Injectable()
export class StatusViews {
  constructor(
    @Inject(ENV) private readonly env: Env, @Inject(BOOK) private readonly book: ChainBook,
    @Inject(ChainStore) private readonly chains: ChainStore, @Inject(StatusReader) private readonly reader: StatusReader, @Inject(LivenessStore) private readonly liveness: LivenessStore,
  ) {}

  async status(now: Date): Promise<z.infer<typeof contract.status>> {
    const { chainId } = this.env.rpc;
    const [states, counts, measured] = await Promise.all([this.chains.all(), this.reader.counts(), this.liveness.latest(chainId)]);
    const state = states.find((chain) => chain.chainId === chainId) ?? { chainId, name: this.book.name, head: null, blind: null };
    return { now: now.toISOString(), chains: [chainView(state, now)], liveness: measured === null ? [] : [livenessView(chainId, measured)], hedging: measured === null ? [] : [{ chainId, measuredAt: measured.measuredAt.toISOString(), ...measured.figures.hedging }], ...counts };
  }
}
