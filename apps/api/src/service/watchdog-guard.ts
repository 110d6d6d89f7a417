import { createHash, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable, NotFoundException, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Env } from '../env.js';
import { RateLimit } from '../http/rate-limit.js';
import { WatchdogRefused } from '../problems/api-errors.js';
import { ENV } from '../tokens.js';

const sha256 = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

/** Equal digests mean equal texts; comparing digests takes the same time whatever was guessed, its length included. */
export const sameToken = (given: string, expected: string): boolean => timingSafeEqual(sha256(given), sha256(expected));

/** Lets the watchdog pass. Without a token in the environment there is no such address at all. @throws NotFoundException, WatchdogRefused, TooManyRequests */
@Injectable()
export class WatchdogGuard implements CanActivate {
  private readonly wrong = new RateLimit(20, 60);

  constructor(@Inject(ENV) private readonly env: Env) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    if (this.env.watchdogToken === null) throw new NotFoundException();
    const given = /^Bearer (\S{1,500})$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (sameToken(given, this.env.watchdogToken)) return true;
    this.wrong.take(request.ip ?? 'unknown');
    throw new WatchdogRefused();
  }
}
