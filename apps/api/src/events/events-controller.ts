import { Controller, Get, Inject, Query, Req, Res, UseGuards } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import type { SessionRecord } from '@ballast/storage';
import { SessionIfAny, SessionOrNull } from '../auth/session-guard.js';
import { eventsQuery } from '../contract/routes.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { TooManyRequests } from '../problems/api-errors.js';
import { EventHub } from './event-hub.js';

@Controller('events')
export class EventsController {
  constructor(@Inject(EventHub) private readonly hub: EventHub) {}

  /** Changes of loans are anybody's to hear, as loans are; those of hedges their owner's alone, by the session with which the stream was opened. */
  @Get()
  @UseGuards(SessionIfAny)
  stream(@Query(new ZodPipe(eventsQuery)) query: z.infer<typeof eventsQuery>, @SessionOrNull() session: SessionRecord | null, @Req() request: Request, @Res() response: Response): void {
    const sink = { write: (text: string) => void response.write(text), pending: () => response.writableLength, close: () => void response.end() };
    response.status(200).set({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' });
    const remove = this.hub.add(sink, query.account?.toLowerCase() ?? null, session);
    if (remove === null) {
      response.removeHeader('content-type');
      throw new TooManyRequests(5);
    }
    request.on('close', remove);
    response.on('error', remove);
  }
}
