import { Body, Controller, Delete, Get, Inject, Param, Put, Query, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { instrumentId, partsOfVenueAccount, type VenueAccountId } from '@ballast/positions';
import type { VenueOwner } from '@ballast/policy';
import type { SessionRecord, StoredHedgePlan } from '@ballast/storage';
import { CurrentSession, SessionGuard } from '../auth/session-guard.js';
import { hedgeRequest } from '../contract/hedging-schemas.js';
import { activityQuery, addressParams, environmentQuery, hedgeParams } from '../contract/routes.js';
import type { Env } from '../env.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { NotFound } from '../problems/api-errors.js';
import { ENV } from '../tokens.js';
import { hedgeDecisionView, type HedgeDecisionView } from '../views/hedging/hedge-decision-view.js';
import type { HedgeView } from '../views/hedging/hedge-view.js';
import { DerivativesReader, type DerivativesView } from './derivatives-reader.js';
import { carrierOf, hedgeWish, type HedgeGround } from './hedge-request.js';
import { HedgingStores } from './hedging-stores.js';
import { ownerOf } from './signed-in-owner.js';
import { whileThere } from './while-there.js';

type OfAddress = z.infer<typeof addressParams>;
type OfHedge = z.infer<typeof hedgeParams>;

/** What an owner wants hedged, and how it stands. */
@Controller()
@UseGuards(SessionGuard)
export class HedgesController {
  constructor(@Inject(ENV) private readonly env: Env, @Inject(HedgingStores) private readonly stores: HedgingStores, @Inject(DerivativesReader) private readonly reader: DerivativesReader) {}

  @Get('accounts/:address/derivatives')
  async derivatives(@Param(new ZodPipe(addressParams)) params: OfAddress, @CurrentSession() session: SessionRecord): Promise<DerivativesView> {
    return this.reader.derivatives(ownerOf(params, session, this.env));
  }

  @Put('accounts/:address/hedges/:underlying')
  async put(@Param(new ZodPipe(hedgeParams)) params: OfHedge, @Body(new ZodPipe(hedgeRequest)) request: z.infer<typeof hedgeRequest>, @CurrentSession() session: SessionRecord): Promise<HedgeView> {
    const owner = ownerOf(params, session, this.env);
    const ground = await this.ground(owner, request);
    const wish = hedgeWish(owner, params.underlying, request, ground);
    const { id: plan } = await whileThere(async () => {
      for (const id of new Set([...wish.legs.map(({ account }) => account), ...(wish.puts.kind === 'account' ? [wish.puts.account] : [])])) {
        await this.stores.accounts.put({ ...owner, id, keyName: carrierOf(id, wish.environment, ground).name, carriesHedges: true });
      }
      return this.stores.plans.put(wish, () => []);
    });
    return this.reader.hedgeOf(owner, plan);
  }

  /** Nothing is hedged any more from now on: what is held is closed, and the plan ends with it. */
  @Delete('accounts/:address/hedges/:underlying')
  async end(@Param(new ZodPipe(hedgeParams)) params: OfHedge, @Query(new ZodPipe(environmentQuery)) { environment }: z.infer<typeof environmentQuery>, @CurrentSession() session: SessionRecord): Promise<HedgeView> {
    const owner = ownerOf(params, session, this.env);
    const plan = await this.activePlan(owner, params.underlying, environment);
    const { version: _version, ...policy } = plan.policy;
    if (policy.mode.kind !== 'none') await whileThere(() => this.stores.plans.put({ ...owner, environment, legs: plan.legs, puts: plan.puts, policy: { ...policy, mode: { kind: 'none' } } }, () => []));
    return this.reader.hedgeOf(owner, plan.id);
  }

  @Get('accounts/:address/hedge-decisions')
  async decisions(@Param(new ZodPipe(addressParams)) params: OfAddress, @Query(new ZodPipe(activityQuery)) { cursor, limit }: z.infer<typeof activityQuery>, @CurrentSession() session: SessionRecord): Promise<{ items: HedgeDecisionView[]; nextCursor: string | null }> {
    const owner = ownerOf(params, session, this.env);
    const { records, next } = await this.stores.records.page(owner, cursor ?? null, limit);
    const ids = records.map(({ id }) => id);
    const [orders, moves] = await Promise.all([this.stores.records.ordersOf(ids), this.stores.records.movesOf(ids)]);
    return { items: records.map((record) => hedgeDecisionView(record, orders.filter(({ decisionId }) => decisionId === record.id), moves.filter(({ decisionId }) => decisionId === record.id))), nextCursor: next };
  }

  private async activePlan(owner: VenueOwner, underlying: string, environment: string): Promise<StoredHedgePlan> {
    const plan = (await this.stores.plans.ofOwner(owner.chainId, owner.owner)).find((one) => one.active && one.policy.underlying === underlying && one.environment === environment);
    if (plan === undefined) throw new NotFound('hedge', `${underlying} (${environment})`);
    return plan;
  }

  private async ground({ chainId, owner }: VenueOwner, { legs }: z.infer<typeof hedgeRequest>): Promise<HedgeGround> {
    const named = legs.map(({ account, instrument }) => instrumentId(partsOfVenueAccount(account as VenueAccountId), instrument));
    const [keys, accounts, instruments] = await Promise.all([this.stores.keys.ofOwner(chainId, owner), this.stores.accounts.ofOwner(chainId, owner), this.stores.instruments.of(named)]);
    return { keys, accounts, instruments };
  }
}
