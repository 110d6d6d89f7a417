import type { NextFunction, Request, Response } from 'express';
import { CrossSite } from '../problems/api-errors.js';
import { SESSION_COOKIE } from '../auth/session-cookie.js';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses requests that change something on another site's behalf. One with our cookie must prove that it comes from our own
 * pages; one without it (a program) need not, but must not say that it comes from elsewhere.
 */
export function sameOrigin(publicUrl: string) {
  const ours = new URL(publicUrl).origin;
  return (request: Request, _response: Response, next: NextFunction): void => {
    if (SAFE.has(request.method)) return next();
    const { origin } = request.headers;
    const site = request.headers['sec-fetch-site'];
    const withCookie = (request.cookies as Record<string, unknown> | undefined)?.[SESSION_COOKIE] !== undefined;
    const foreign = (origin !== undefined && origin !== ours) || (site !== undefined && site !== 'same-origin' && site !== 'none');
    const unproven = withCookie && origin === undefined && site !== 'same-origin';
    next(foreign || unproven ? new CrossSite(origin ?? (typeof site === 'string' ? `a ${site} page` : 'nowhere told'), ours) : undefined);
  };
}
