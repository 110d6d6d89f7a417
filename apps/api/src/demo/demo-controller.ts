import { All, Controller, Inject, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ENV } from '../tokens.js';
import type { Env } from '../env.js';
import { DemoUnavailable } from '../problems/api-errors.js';

const TIMEOUT_MS = 30_000;
const MOST_BYTES = 5_000_000;

/**
 * Hands requests of the demo's control panel on to the demo's own server, so that the page talks to one origin.
 * Only method, path, query and JSON body go through: no cookie, no other header, in neither direction.
 */
@Controller('demo')
export class DemoController {
  constructor(@Inject(ENV) private readonly env: Env) {}

  @All('*path')
  async forward(@Param('path') path: string | string[], @Req() request: Request, @Res() response: Response): Promise<void> {
    const segments = Array.isArray(path) ? path : [path];
    // Dots and slashes inside a segment would let a request leave the demo server's own paths.
    if (this.env.demoUrl === null || !segments.every((segment) => /^[\w-]+(\.[\w-]+)*$/.test(segment))) throw new DemoUnavailable();
    const target = new URL(segments.join('/'), this.env.demoUrl.endsWith('/') ? this.env.demoUrl : `${this.env.demoUrl}/`);
    target.search = new URL(request.originalUrl, 'http://x').search;
    const body = request.method === 'GET' || request.method === 'HEAD' ? undefined : JSON.stringify(request.body ?? {});
    const answer = await fetch(target, {
      method: request.method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(() => null);
    if (answer === null) throw new DemoUnavailable('the demo server does not answer');
    const text = Buffer.from(await answer.arrayBuffer());
    if (text.length > MOST_BYTES) throw new DemoUnavailable('the demo server answered with too much');
    const type = answer.headers.get('content-type') ?? '';
    response.status(answer.status).type(type.includes('problem+json') ? 'application/problem+json' : 'application/json').send(text);
  }
}
