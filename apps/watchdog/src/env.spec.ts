import { describe, expect, it } from 'vitest';
import { heartbeatKey, newHeartbeatKey, publicKeyText } from '@ballast/heartbeat';
import { refusedBy } from '../../../test/factories/refused-environment.js';
import { parseEnv } from './env.js';

const required = {
  STATUS_URL: 'https://ballast.example/', HEARTBEAT_PUBLIC_KEY: publicKeyText(heartbeatKey(newHeartbeatKey())), WATCHDOG_TOKEN: 's3cret-s3cret-s3cret-s3cret-s3cret', RPC_URLS: '1=https://a.example/k|https://b.example,10=https://c.example',
  SMTP_URL: 'smtp://me:s3cret@mail.example:25', OPERATOR_EMAILS: 'one@example.org, two@example.org', WATCHDOG_HOME: '/var/lib/watchdog',
};

const refusal = (source: Record<string, string | undefined>) => refusedBy(() => parseEnv(source));

describe("the watchdog's environment", () => {
  it('has the stated defaults', () => {
    expect(parseEnv(required)).toMatchObject({
      statusUrl: 'https://ballast.example', publicUrl: 'https://ballast.example', operators: ['one@example.org', 'two@example.org'], lookMs: 5_000, syncMs: 60_000, health: null, allowLoopbackWebhooks: false,
      limits: { silentMs: 120_000, patienceMs: 30_000, wellMs: 30_000, skewMs: 30_000, lagMs: 120_000, lagBlocks: 3, hedgingMs: 120_000, repeatMs: 3_600_000 },
    });
    expect([...parseEnv(required).rpcUrls.keys()]).toEqual([1, 10]);
  });

  it.each(Object.keys(required))('names %s when it is missing or empty', (variable) => {
    for (const value of [undefined, '']) expect(refusal({ ...required, [variable]: value }).problems).toEqual([{ variable, given: 'nothing', expected: expect.stringMatching(/.{8,}/) }]);
  });

  it.each([
    ['STATUS_URL', 'https://ballast.example/v1'], ['STATUS_URL', 'ballast.example'], ['HEARTBEAT_PUBLIC_KEY', 'MCowBQ'], ['RPC_URLS', 'https://a.example/s3cret'], ['SMTP_URL', 'imap://me:s3cret@mail'], ['OPERATOR_EMAILS', 'one@example.org,nobody'],
    ['OPERATOR_EMAILS', 'Me <one@example.org>'], ['SILENT_AFTER_SECONDS', '9'], ['SILENT_AFTER_SECONDS', '3601'], ['LOOK_SECONDS', '0'], ['REPEAT_MINUTES', '0'], ['MAX_LAG_BLOCKS', '1.5'], ['MAX_HEDGING_AGE_SECONDS', '9'], ['HEALTH_PORT', '70000'], ['WATCHDOG_TOKEN', 's3cret'], ['ALLOW_LOOPBACK_WEBHOOKS', 'yes'],
  ])('names %s when it is %s, without what is secret', (variable, value) => {
    const { problems, message } = refusal({ ...required, [variable]: value });
    expect(problems.map((problem) => problem.variable)).toEqual([variable]);
    expect(message).not.toContain('s3cret');
    expect(problems[0]!.expected).not.toBe('another value');
  });
});
