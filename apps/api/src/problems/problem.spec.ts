import { NotFoundException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RpcUnreachable } from '@ballast/connectors';
import { InvalidInput } from '@ballast/units';
import { problem } from '../contract/schemas.js';
import { ZodPipe } from '../http/zod-pipe.js';
import { NotSignedIn, RequestInvalid, TooManyRequests } from './api-errors.js';
import { problemOf } from './problem.js';

const of = (thrown: unknown) => problem.parse(problemOf(thrown, 'r-1'));

describe('problemOf', () => {
  it('tells our own errors with their code and words', () => {
    expect(of(new NotSignedIn())).toMatchObject({ status: 401, code: 'not-signed-in', instance: 'urn:ballast:request:r-1', type: 'urn:ballast:problem:not-signed-in' });
    expect(of(new InvalidInput('cursor', 'x', 'y'))).toMatchObject({ status: 400, detail: 'cursor: got x, expected y' });
    expect(of(new TooManyRequests(7))).toMatchObject({ status: 429, detail: expect.stringContaining('7 s') });
  });

  it('lists every field of a malformed request', () => {
    expect(of(new RequestInvalid([{ field: 'a', given: '1', expected: '2' }])).errors).toEqual([{ field: 'a', given: '1', expected: '2' }]);
  });

  it('does not tell what may hold a secret or a path of ours', () => {
    expect(of(new Error('password of /srv/db is hunter2'))).toMatchObject({ status: 500, code: 'internal', detail: expect.not.stringContaining('hunter2') });
    expect(of(new RpcUnreachable('http://10.0.0.9:8545', 'eth_call', 'timeout'))).toMatchObject({ status: 503, code: 'unavailable', detail: expect.not.stringContaining('10.0.0.9') });
    expect(of('nothing of the kind')).toMatchObject({ status: 500 });
    expect(of(null)).toMatchObject({ status: 500 });
  });

  it('tells what the transport refuses', () => {
    expect(of(new NotFoundException('Cannot GET /x'))).toMatchObject({ status: 404, code: 'not-found' });
    expect(of(Object.assign(new Error('request entity too large'), { status: 413 }))).toMatchObject({ status: 413, code: 'body-too-large' });
    expect(of(Object.assign(new Error('x'), { status: 418 }))).toMatchObject({ status: 418, code: 'request-refused' });
  });
});

describe('ZodPipe', () => {
  const pipe = new ZodPipe(z.object({ account: z.string().regex(/^0x/, 'an address'), kind: z.enum(['a', 'b']), days: z.number() }));
  const errors = (input: unknown): unknown => {
    try {
      return pipe.transform(input);
    } catch (error) {
      return (error as RequestInvalid).errors;
    }
  };

  it('returns what it parsed', () => expect(pipe.transform({ account: '0x1', kind: 'a', days: 1, more: true })).toEqual({ account: '0x1', kind: 'a', days: 1 }));
  it('says of each field what was given and what is expected', () => {
    expect(errors({ account: 'mara', kind: 'c' })).toEqual([
      { field: 'account', given: '"mara"', expected: 'an address' }, { field: 'kind', given: '"c"', expected: 'one of a, b' }, { field: 'days', given: 'nothing', expected: 'a value of type number' },
    ]);
  });
  it('says so when there is no body at all', () => expect(errors(undefined)).toEqual([{ field: '(request)', given: 'nothing', expected: 'a value of type object' }]));
  it('cuts what is long', () => expect((errors({ account: 'x'.repeat(500), kind: 'a', days: 1 }) as { given: string }[])[0]?.given).toHaveLength(80));
});
