import { Body, Controller, Get, HttpCode, Inject, Post, Query, Redirect, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { assertWebhookTarget, resolveByDns } from '@ballast/notifications/webhook-target';
import { SubscriptionStore, type SessionRecord } from '@ballast/storage';
import { address } from '@ballast/units';
import { SessionIfAny, SessionOrNull } from '../auth/session-guard.js';
import { routes } from '../contract/routes.js';
import type * as contract from '../contract/schemas.js';
import type { Env } from '../env.js';
import { RateLimit } from '../http/rate-limit.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { ForeignAccount, NotFound, NotSignedIn } from '../problems/api-errors.js';
import { ENV } from '../tokens.js';
import { subscriptionView } from '../views/subscription-view.js';

type SubscriptionView = z.infer<typeof contract.subscription>;
type Token = z.infer<typeof contract.tokenRequest>;
const BODY_TOKEN = new ZodPipe(routes.endSubscription.body);

@Controller('subscriptions')
export class SubscriptionsController {
  private readonly limit = new RateLimit(60, 60);
  /** Requests for mail to one address in a day: nobody's inbox is filled through us, whatever accounts are named. */
  private readonly mailLimit = new RateLimit(20, 86_400);

  constructor(@Inject(ENV) private readonly env: Env, @Inject(SubscriptionStore) private readonly subscriptions: SubscriptionStore) {}

  @Post()
  @UseGuards(SessionIfAny)
  async subscribe(
    @Body(new ZodPipe(routes.subscribe.body)) body: z.infer<typeof routes.subscribe.body>, @SessionOrNull() session: SessionRecord | null, @Req() request: Request, @Res({ passthrough: true }) response: Response,
  ): Promise<SubscriptionView> {
    this.limit.take(request.ip ?? 'unknown');
    if (body.channel === 'webhook') await assertWebhookTarget(body.url, { allowLoopback: this.env.allowLoopbackWebhooks, resolve: resolveByDns });
    // The demo's mails go to its own inbox and nowhere else.
    else if (this.env.demoUrl === null) this.mailLimit.take(body.email.toLowerCase());
    const target = body.channel === 'webhook' ? body.url : body.email;
    const aliveMinutes = body.channel === 'webhook' ? (body.aliveMinutes ?? null) : null;
    const { leastSeverity = 'info', escalatesAfterMinutes = null } = body;
    const account = address(body.account);
    // Whoever may not speak for the owner must not decide when he is told.
    if (escalatesAfterMinutes !== null && session?.address !== account) throw session === null ? new NotSignedIn() : new ForeignAccount('foreign-account', session.address, account);
    const { subscription, created, secret } = await this.subscriptions.add({ chainId: this.env.rpc.chainId, account, channel: body.channel, target, aliveMinutes, leastSeverity, escalatesAfterMinutes, byOwner: session?.address === account }, new Date());
    response.status(created ? 201 : 200);
    return subscriptionView(subscription, secret);
  }

  @Post('confirm')
  @HttpCode(200)
  async confirm(@Body(new ZodPipe(routes.confirmSubscription.body)) { token }: Token): Promise<SubscriptionView> {
    const record = await this.subscriptions.confirm(token, new Date());
    if (record === null) throw new NotFound('confirmation', 'with this token', 'it may have been replaced by a newer mail, or ended');
    return subscriptionView(record, null);
  }

  @Post('end')
  @HttpCode(200)
  async end(
    @Query(new ZodPipe(routes.endSubscription.query)) link: z.infer<typeof routes.endSubscription.query>, @Body() body: unknown,
  ): Promise<SubscriptionView> {
    // A mail program's one-click post (RFC 8058) names the subscription in the address; its form says nothing beyond that it was clicked.
    const token = link.token ?? BODY_TOKEN.transform(body).token;
    const record = await this.subscriptions.end(token, new Date());
    if (record === null) throw new NotFound('subscription', 'with this token');
    return subscriptionView(record, null);
  }

  /** For people who open the address of a mail's `List-Unsubscribe`: looking at it ends nothing, the page asks first. */
  @Get('end')
  @Redirect('/unsubscribe', 303)
  confirmEnd(@Query(new ZodPipe(routes.confirmEndOfSubscription.query)) { token }: Token): { url: string } {
    return { url: `/unsubscribe#token=${encodeURIComponent(token)}` };
  }
}
