import { Controller, Get, Header, Inject, Query, UseGuards } from '@nestjs/common';
import type { z } from 'zod';
import { SubscriptionStore } from '@ballast/storage';
import { recipientsQuery } from '../contract/routes.js';
import type * as contract from '../contract/schemas.js';
import type { Env } from '../env.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { ENV } from '../tokens.js';
import { WatchdogGuard } from './watchdog-guard.js';

@Controller('watchdog')
export class WatchdogController {
  constructor(@Inject(ENV) private readonly env: Env, @Inject(SubscriptionStore) private readonly subscriptions: SubscriptionStore) {}

  /** Secrets and all: the watchdog keeps them to tell everybody when nothing else here lives. */
  @Get('recipients')
  @UseGuards(WatchdogGuard)
  @Header('cache-control', 'no-store')
  async recipients(@Query(new ZodPipe(recipientsQuery)) { after, limit }: z.infer<typeof recipientsQuery>): Promise<z.infer<typeof contract.watchdogRecipients>> {
    const found = await this.subscriptions.toReach(this.env.rpc.chainId, after ?? null, limit);
    return { recipients: found.map((one) => ({ ...one, previousSecrets: [...one.previousSecrets] })), next: found.length < limit ? null : (found.at(-1)?.id ?? null) };
  }
}
