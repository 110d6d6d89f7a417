import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { evaluate, type RiskAnswer, type RiskRequest } from '@ballast/evaluation';
import { routes } from '../contract/routes.js';
import { RateLimit } from '../http/rate-limit.js';
import { ZodPipe } from '../http/zod-pipe.js';

@Controller('risk')
export class RiskController {
  /** A question that needs a simulation holds this process for up to a second, so that all askers together have a limit too. */
  private readonly perPlace = new RateLimit(30, 60);
  private readonly inAll = new RateLimit(300, 60);

  @Post('evaluate')
  @HttpCode(200)
  evaluate(@Body(new ZodPipe(routes.evaluateRisk.body)) body: RiskRequest, @Req() request: Request): RiskAnswer {
    this.perPlace.take(request.ip ?? 'unknown');
    this.inAll.take('everybody');
    return evaluate(body, new Date());
  }
}
