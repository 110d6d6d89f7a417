import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { Response } from 'express';
import type { z } from 'zod';
import { HeartbeatStore } from '@ballast/storage';
import type * as contract from '../contract/schemas.js';
import type { Env } from '../env.js';
import { NotFound } from '../problems/api-errors.js';
import { ENV } from '../tokens.js';
import { StatusViews } from './status-views.js';

@Controller('status')
export class StatusController {
  constructor(@Inject(ENV) private readonly env: Env, @Inject(StatusViews) private readonly views: StatusViews, @Inject(HeartbeatStore) private readonly heartbeats: HeartbeatStore) {}

  @Get()
  status(): Promise<z.infer<typeof contract.status>> {
    return this.views.status(new Date());
  }

  /** Nothing on the way may keep it: an old heartbeat reads as silence. */
  @Get('heartbeat')
  async heartbeat(@Res({ passthrough: true }) response: Response): Promise<z.infer<typeof contract.heartbeat>> {
    const latest = await this.heartbeats.latest(this.env.rpc.chainId);
    if (latest === null) throw new NotFound('heartbeat', `of chain ${this.env.rpc.chainId}`, 'the worker has signed none yet; it needs HEARTBEAT_KEY');
    response.setHeader('cache-control', 'no-store');
    return { body: latest.body, signature: latest.signature, keyId: latest.keyId };
  }
}
