import { Controller, Get, Header, HttpCode, Inject, Param, Post, Query, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { DeliveryReplays, PrismaOutbox, WebhookSecrets, type SessionRecord } from '@ballast/storage';
import { address } from '@ballast/units';
import { CurrentSession, SessionGuard, requireOwn } from '../auth/session-guard.js';
import { addressParams, deliveriesQuery, deliveryParams, subscriptionParams } from '../contract/routes.js';
import type * as contract from '../contract/schemas.js';
import { RateLimit } from '../http/rate-limit.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { NotFound } from '../problems/api-errors.js';
import { deliveryView } from '../views/subscription-view.js';

const DELIVERIES = 100;

/** What was sent to an owner's subscribers, for the owner alone: to look at, to send again and to try out. */
@Controller('accounts/:address')
@UseGuards(SessionGuard)
export class DeliveriesController {
  private readonly replayLimit = new RateLimit(60, 60);
  /** A test is posted to whatever address the webhook names. */
  private readonly testLimit = new RateLimit(20, 3_600);
  private readonly secretLimit = new RateLimit(20, 3_600);

  constructor(
    @Inject(PrismaOutbox) private readonly outbox: PrismaOutbox, @Inject(DeliveryReplays) private readonly replays: DeliveryReplays, @Inject(WebhookSecrets) private readonly secrets: WebhookSecrets,
  ) {}

  @Get('deliveries')
  async deliveries(
    @Param(new ZodPipe(addressParams)) params: z.infer<typeof addressParams>, @Query(new ZodPipe(deliveriesQuery)) query: z.infer<typeof deliveriesQuery>, @CurrentSession() session: SessionRecord,
  ): Promise<z.infer<typeof contract.delivery>[]> {
    requireOwn(session, address(params.address));
    return (await this.outbox.ofAccount(session.address, DELIVERIES, query.status)).map(deliveryView);
  }

  @Post('deliveries/:id/replay')
  @HttpCode(200)
  async replay(@Param(new ZodPipe(deliveryParams)) params: z.infer<typeof deliveryParams>, @CurrentSession() session: SessionRecord): Promise<z.infer<typeof contract.replayed>> {
    requireOwn(session, address(params.address));
    this.replayLimit.take(session.address);
    const what = await this.replays.one(session.address, params.id);
    if (what === 'unknown' || what === 'ended') throw new NotFound('delivery', params.id, what === 'ended' ? 'its subscription is not active' : 'of this account');
    return { replayed: what === 'replayed' ? 1 : 0 };
  }

  @Post('subscriptions/:id/replay')
  @HttpCode(200)
  async replayDead(@Param(new ZodPipe(subscriptionParams)) params: z.infer<typeof subscriptionParams>, @CurrentSession() session: SessionRecord): Promise<z.infer<typeof contract.replayed>> {
    requireOwn(session, address(params.address));
    this.replayLimit.take(session.address);
    const replayed = await this.replays.dead(session.address, params.id);
    if (replayed === null) throw new NotFound('active subscription', params.id, 'of this account');
    return { replayed };
  }

  @Post('subscriptions/:id/secret')
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  async renewSecret(@Param(new ZodPipe(subscriptionParams)) params: z.infer<typeof subscriptionParams>, @CurrentSession() session: SessionRecord): Promise<z.infer<typeof contract.renewedSecret>> {
    requireOwn(session, address(params.address));
    this.secretLimit.take(session.address);
    const renewed = await this.secrets.rotate(session.address, params.id);
    if (renewed === null) throw new NotFound('webhook', params.id, 'made with a session of this account');
    return { secret: renewed.secret, previousUntil: renewed.previousUntil.toISOString() };
  }

  @Post('subscriptions/:id/test')
  @HttpCode(202)
  async test(@Param(new ZodPipe(subscriptionParams)) params: z.infer<typeof subscriptionParams>, @CurrentSession() session: SessionRecord): Promise<z.infer<typeof contract.testSent>> {
    requireOwn(session, address(params.address));
    this.testLimit.take(session.address);
    const eventId = await this.replays.test(session.address, params.id);
    if (eventId === null) throw new NotFound('active webhook', params.id, 'of this account');
    return { eventId };
  }
}
