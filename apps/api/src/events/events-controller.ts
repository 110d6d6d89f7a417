import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { eventsQuery } from '../contract/routes.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { TooManyRequests } from '../problems/api-errors.js';
import { EventHub } from './event-hub.js';

@Controller('events')
export class EventsController {
  constructor(@Inject(EventHub) private readonly hub: EventHub) {}

  @Get()
  stream(@Query(new ZodPipe(eventsQuery)) query: z.infer<typeof eventsQuery>, @Req() request: Request, @Res() response: Response): void {
    const sink = { write: (text: string) => void response.write(text), pending: () => response.writableLength, close: () => void response.end() };
    response.status(200).set({ 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' });
    const remove = this.hub.add(sink, query.account?.toLowerCase() ?? null);
    if (remove === null) {
      response.removeHeader('content-type');
      throw new TooManyRequests(5);
    }
    request.on('close', remove);
    response.on('error', remove);
  }
}
