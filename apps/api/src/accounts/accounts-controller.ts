import { Controller, Get, Inject, Logger, Param, Put, Query, Req, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import type { z } from 'zod';
import { protocolsOf, type ChainBook } from '@ballast/connectors';
import { ActivityReader, ChainStore, MandateStore, SubscriptionStore, WatchStore, type SessionRecord, type WatchedAccount } from '@ballast/storage';
import { address } from '@ballast/units';
import { CurrentSession, SessionGuard, SessionIfAny, SessionOrNull, requireOwn } from '../auth/session-guard.js';
import { activityQuery, addressParams } from '../contract/routes.js';
import type * as contract from '../contract/schemas.js';
import type { Env } from '../env.js';
import { RateLimit } from '../http/rate-limit.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { PositionViews } from '../positions/position-views.js';
import { NotFound } from '../problems/api-errors.js';
import { WatchQueue } from '../service/watch-queue.js';
import { BOOK, ENV } from '../tokens.js';
import { activityItem } from '../views/activity-view.js';
import { mandateView, type MandateView } from '../views/mandate-view.js';
import { subscriptionView } from '../views/subscription-view.js';
import type { PortfolioView } from '../views/portfolio-view.js';
import { shownAddress } from '../views/text.js';

type Params = z.infer<typeof addressParams>;
type AccountPositions = z.infer<typeof contract.accountPositions>;

@Controller('accounts/:address')
export class AccountsController {
  private readonly log = new Logger('Accounts');
  private readonly limit = new RateLimit(120, 60);

  constructor(
    @Inject(ENV) private readonly env: Env, @Inject(BOOK) private readonly book: ChainBook, @Inject(WatchStore) private readonly watches: WatchStore,
    @Inject(PositionViews) private readonly views: PositionViews, @Inject(ActivityReader) private readonly happened: ActivityReader, @Inject(MandateStore) private readonly mandateStore: MandateStore,
    @Inject(SubscriptionStore) private readonly subscriptionStore: SubscriptionStore,
    @Inject(ChainStore) private readonly chains: ChainStore, @Inject(WatchQueue) private readonly queue: WatchQueue,
  ) {}

  @Put()
  async watch(@Param(new ZodPipe(addressParams)) params: Params, @Req() request: Request): Promise<AccountPositions> {
    this.limit.take(request.ip ?? 'unknown');
    const watched = await this.watches.watchAll(this.env.rpc.chainId, protocolsOf(this.book), address(params.address));
    await this.lookNow();
    return this.positionsOf(watched);
  }

  @Get('positions')
  async positions(@Param(new ZodPipe(addressParams)) params: Params): Promise<AccountPositions> {
    return this.positionsOf(await this.watched(params));
  }

  @Get('portfolio')
  async portfolio(@Param(new ZodPipe(addressParams)) params: Params): Promise<PortfolioView> {
    return this.views.portfolio((await this.watched(params)).account);
  }

  /** Loans are on a public chain and so is what became of them; what is on none is told to the owner alone. */
  @Get('activity')
  @UseGuards(SessionIfAny)
  async activity(@Param(new ZodPipe(addressParams)) params: Params, @Query(new ZodPipe(activityQuery)) query: z.infer<typeof activityQuery>, @SessionOrNull() session: SessionRecord | null): Promise<z.infer<typeof contract.activity>> {
    const page = await this.happened.page(address(params.address), query.limit, query.cursor ?? null, session?.address ?? null);
    return { account: shownAddress(params.address), items: page.entries.map((entry) => activityItem(entry)), nextCursor: page.nextCursor };
  }

  @Get('mandates')
  async mandates(@Param(new ZodPipe(addressParams)) params: Params): Promise<MandateView[]> {
    return (await this.mandateStore.ofOwner(address(params.address))).map((record) => mandateView(record, this.book));
  }

  @Get('subscriptions')
  @UseGuards(SessionGuard)
  async subscriptions(@Param(new ZodPipe(addressParams)) params: Params, @CurrentSession() session: SessionRecord): Promise<z.infer<typeof contract.subscription>[]> {
    requireOwn(session, address(params.address));
    return (await this.subscriptionStore.ofAccount(session.address)).map((record) => subscriptionView(record, null, true));
  }

  private async watched(params: Params): Promise<WatchedAccount> {
    const all = await this.watches.ofAccount(address(params.address));
    const watched = all.find(({ chainId }) => chainId === this.env.rpc.chainId);
    if (watched === undefined) throw new NotFound('watched account', shownAddress(params.address), `PUT /v1/accounts/${params.address} starts to watch it`);
    return watched;
  }

  private async positionsOf(watched: WatchedAccount): Promise<AccountPositions> {
    const { read, views } = await this.views.ofAccount(watched.account);
    return { account: shownAddress(watched.account), watchedSince: watched.since.toISOString(), state: read ? 'read' : 'reading', positions: [...views] };
  }

  /** The next block reads the account anyway; asking only spares the wait, so a queue that is down is no failure of the request. */
  private async lookNow(): Promise<void> {
    const { chainId } = this.env.rpc;
    const head = (await this.chains.get(chainId))?.head;
    if (head == null) return;
    await this.queue.lookAt(chainId, head.number).catch((error: unknown) => this.log.warn(`the watch queue took no job: ${String(error)}`));
  }
}
