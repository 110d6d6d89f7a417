import type { Request, Response } from 'express';
import { describe, expect, it } from 'vitest';
import { RateLimit } from './rate-limit.js';
import { sameOrigin } from './same-origin.js';

const ours = 'https://ballast.example';
function passes(request: { method?: string; origin?: string; site?: string; cookie?: boolean }): boolean {
  let refusal: unknown;
  const headers = { ...(request.origin === undefined ? {} : { origin: request.origin }), ...(request.site === undefined ? {} : { 'sec-fetch-site': request.site }) };
  sameOrigin(ours)({ method: request.method ?? 'POST', headers, cookies: request.cookie === true ? { ballast_session: 'x' } : {} } as unknown as Request, {} as Response, (error) => { refusal = error; });
  return refusal === undefined;
}

describe('sameOrigin', () => {
  it.each([
    [{ method: 'GET', origin: 'https://evil.example', cookie: true }, true],
    [{ origin: ours, cookie: true }, true],
    [{ site: 'same-origin', cookie: true }, true],
    [{ cookie: true }, false],
    [{ site: 'none', cookie: true }, false],
    [{ origin: 'https://evil.example', cookie: true }, false],
    [{ origin: 'https://evil.example' }, false],
    [{ origin: ours, site: 'cross-site', cookie: true }, false],
    [{ origin: 'null', cookie: true }, false],
    [{ site: 'same-site', cookie: true }, false],
    [{}, true],
  ])('%j passes: %s', (request, expected) => expect(passes(request)).toBe(expected));
});

describe('RateLimit', () => {
  it('lets so many through in a window, by key, and then says when to come back', () => {
    const limit = new RateLimit(2, 60);
    limit.take('a', 0);
    limit.take('a', 1_000);
    expect(() => limit.take('a', 2_000)).toThrow('58 s');
    limit.take('b', 2_000);
    limit.take('a', 60_000);
  });
});
