import { Body, Controller, Get, HttpCode, Inject, Param, Post, Req, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import type { z } from 'zod';
import { AlarmStore, type SessionRecord } from '@ballast/storage';
import { address } from '@ballast/units';
import { CurrentSession, SessionGuard, requireOwn } from '../auth/session-guard.js';
import { addressParams, alarmParams, routes } from '../contract/routes.js';
import { RateLimit } from '../http/rate-limit.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { NotFound } from '../problems/api-errors.js';
import { alarmView, type AlarmView } from '../views/alarm-view.js';

const ALARMS = 100;

/** Troubles that last, and that their owner has seen them: signed in, or by the link of a mail. */
@Controller()
export class AlarmsController {
  private readonly limit = new RateLimit(60, 60);

  constructor(@Inject(AlarmStore) private readonly alarms: AlarmStore) {}

  @Get('accounts/:address/alarms')
  @UseGuards(SessionGuard)
  async ofAccount(@Param(new ZodPipe(addressParams)) params: z.infer<typeof addressParams>, @CurrentSession() session: SessionRecord): Promise<AlarmView[]> {
    const owner = address(params.address);
    requireOwn(session, owner);
    return (await this.alarms.ofAccount(owner, ALARMS)).map(alarmView);
  }

  @Post('accounts/:address/alarms/:id/acknowledge')
  @HttpCode(200)
  @UseGuards(SessionGuard)
  async acknowledge(@Param(new ZodPipe(alarmParams)) params: z.infer<typeof alarmParams>, @CurrentSession() session: SessionRecord): Promise<AlarmView> {
    const owner = address(params.address);
    requireOwn(session, owner);
    const alarm = await this.alarms.acknowledge(owner, params.id);
    if (alarm === null) throw new NotFound('alarm', params.id);
    return alarmView(alarm);
  }

  /** The link of a mail opens a page, which posts here once its reader presses the button: a program that opens every link acknowledges nothing. */
  @Post('alarms/acknowledge')
  @HttpCode(200)
  async acknowledgeByLink(@Body(new ZodPipe(routes.acknowledgeByLink.body)) { token }: z.infer<typeof routes.acknowledgeByLink.body>, @Req() request: Request): Promise<AlarmView> {
    this.limit.take(request.ip ?? 'unknown');
    const alarm = await this.alarms.acknowledgeByLink(token);
    if (alarm === null) throw new NotFound('alarm', 'with this token', 'the alerts that it came with may have ended');
    return alarmView(alarm);
  }
}
