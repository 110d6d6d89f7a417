import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Links } from '../links.js';
import { noticeData, type EventKind } from '../notice-data.js';
import { NEVER_ASKS } from './layout.js';
import { emailFor, emailToOperator, messageIdOf } from './message.js';
import { aDueDelivery, OWNER } from '../../test/due-delivery.js';
import { SAMPLES } from '../../test/samples.js';

const links = new Links('https://ballast.example/');
const mail = (kind: string, data: unknown, id = `${kind}:1`) => emailFor(aDueDelivery({ event: { id, kind, data } }), links);
const kinds = Object.keys(noticeData) as EventKind[];

describe('the mail of an action taken', () => {
  const { subject, text, html, headers, messageId } = mail('action.done', SAMPLES['action.done']);

  it('says in its subject what was saved', () => {
    expect(subject.replaceAll('\u00a0', ' ')).toBe('Saved: we repaid 18,422 USDC on your Aave loan');
  });
  it('names health, liquidation price, cost and who bore it, in HTML and in text', () => {
    for (const part of [text, html.replaceAll('<strong>', '').replaceAll('</strong>', '')]) {
      for (const fact of ['1.157 → 1.40', '$3,045 → $2,517', 'paid by Ballast: $4.10', '0x91c4…e07a']) expect(part).toContain(fact);
    }
  });
  it('links to its record, and no link signs or sends anything', () => {
    expect(html).toContain(`href="https://ballast.example/activity/d-1?account=${OWNER}"`);
    const targets = [...html.matchAll(/href="([^"]*)"/g)].map(([, target]) => target);
    expect(targets.length).toBeGreaterThan(3);
    for (const target of targets) expect(target).toMatch(/^https:\/\/ballast\.example\/(activity|a|unsubscribe)/);
  });
  it('can be unsubscribed from with one click, and has a Message-ID that a second attempt repeats', () => {
    expect(headers['List-Unsubscribe']).toBe('<https://ballast.example/v1/subscriptions/end?token=end_token_of_this_subscription>');
    expect(headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
    expect(html).toContain('href="https://ballast.example/unsubscribe#token=end_token_of_this_subscription"');
    expect(messageId).toMatch(/^<action\.done\.1\.[0-9a-f]{24}@ballast\.example>$/);
    expect(mail('action.done', SAMPLES['action.done']).messageId).toBe(messageId);
  });
  it('understands the data as the executor writes it: the token as an object, the fee in wei, no protocol', () => {
    const written = aDueDelivery({
      event: {
        kind: 'action.done', positionId: `31337-aave-v3-${OWNER}`,
        data: {
          intentId: 'i1', action: 'repay', mandateHash: '0xabc', transactionHash: `0x${'a'.repeat(64)}`, gasUsed: '300000', gasCostWei: '410000000000000',
          asset: { address: '0xusdc', symbol: 'USDC', decimals: 6 }, amountRaw: '18422000000', amount: '18422.0', healthBefore: '1.157', healthAfter: '1.4',
        },
      },
    });
    const { subject: said, text: body } = emailFor(written, links);
    expect(said.replaceAll('\u00a0', ' ')).toBe('Saved: we repaid 18,422 USDC on your Aave loan');
    expect(body.replaceAll('\u00a0', ' ')).toContain('Network fee: paid by Ballast: 0.00041 ETH');
  });
  it('does not say "out of danger" of what the wallet could not bring into the signed band, and says what to do', () => {
    const written = { ...SAMPLES['action.done'], amount: '11', healthBefore: '1.157', healthAfter: '1.168', leastHealth: '1.2' };
    const { subject: said, text: body, html: drawn } = mail('action.done', written);
    expect(said.replaceAll('\u00a0', ' ')).toBe('Partly saved: we repaid 11 USDC on your Aave loan, your wallet could give no more');
    for (const part of [body, drawn]) {
      expect(part).not.toContain('out of danger');
      expect(part).toContain('short of the 1.20 that you signed for');
      expect(part.replaceAll('\u00a0', ' ')).toContain('Put USDC into your wallet');
    }
    for (const leastHealth of [null, '1.168', '1.1680', 'soon']) expect(mail('action.done', { ...written, leastHealth }).subject).toMatch(/^Saved/);
  });
  it('says "added … to" of a top-up', () => {
    const subjectOf = mail('action.done', { ...SAMPLES['action.done'], action: 'top-up', amount: '2.5', symbol: 'WETH' }).subject;
    expect(subjectOf.replaceAll('\u00a0', ' ')).toBe('Saved: we added 2.50 WETH to your Aave loan');
  });
});

describe('the mail of an action that does not get on', () => {
  const leadOf = (reason: string, message: string): string => mail('action.stuck', { ...SAMPLES['action.stuck'], reason, message, transactionHash: null, decisionId: null }).text;

  it('says until when it is tried', () => {
    expect(leadOf('fee-ceiling', 'Blocks cost more than this action may')).toContain('We go on trying until the time for this action has passed. Until a mail says "Saved", count on yourself.');
  });
  it('says of a loan that waits for a keeper account that it is tried again at every block', () => {
    const text = leadOf('lanes-full', 'Every keeper account of ours is busy with other loans. This one has been waiting for its turn for 37 seconds.');
    expect(text).toContain('This one has been waiting for its turn for 37 seconds. We try again at every block. Until a mail says "Saved", count on yourself.');
    expect(text).not.toContain('has passed');
  });
});

describe('the mail of an alarm', () => {
  const alarm = { id: 'alm_1', of: 'not-protected', telling: 1, since: '2026-11-20T06:11:52Z', againInMinutes: 15 };
  const of = (kind: string, data: object, acknowledgeToken: string | null = 'alm_1.subscription-1.seal') => emailFor({ ...aDueDelivery({ event: { id: `${kind}:1`, kind, data } }), acknowledgeToken }, links);
  const first = of('not-protected', { ...SAMPLES['not-protected'], alarm });
  const third = of('alarm.still', SAMPLES['alarm.still']);

  it('can be acknowledged by a link whose token no server sees when it is opened, and says when it is told again', () => {
    for (const part of [first.text, first.html.replaceAll('&quot;', '"')]) {
      expect(part).toContain('https://ballast.example/acknowledge#token=alm_1.subscription-1.seal');
      expect(part).toContain('I have seen this');
      expect(part).toContain('we tell you again in 15 minutes');
    }
  });
  it('told again keeps its subject, says that it is still so and since when, and that its figures are old', () => {
    expect(third.subject).toBe(of('not-protected', SAMPLES['alarm.still']).subject);
    expect(third.messageId).not.toBe(first.messageId);
    for (const part of [third.text, third.html]) {
      expect(part).toContain('Still so: If ETH falls 5.6%');
      expect(part).toContain('We first told you of this on ');
      expect(part).toContain('in 6 hours');
      expect(part).toContain('The figures in this mail are from when its reason was first told');
    }
  });
  it('told again is told in plain words where its kind has none, and as play money where it is', () => {
    expect(of('alarm.still', { alarm: { ...alarm, of: 'new-kind' } }).subject).toContain('new-kind');
    const paper = of('alarm.still', { ...SAMPLES['venue.unreachable'], environment: 'paper', alarm: { ...alarm, of: 'venue.unreachable' } });
    expect([paper.subject.startsWith('PAPER: '), paper.text.includes('Still so')]).toEqual([true, true]);
  });
  it('that is none has no such link', () => {
    expect(of('protected-again', SAMPLES['protected-again'], null).text).not.toContain('acknowledge');
  });
});

describe('the mail of a venue', () => {
  const venueKinds = kinds.filter((kind) => /^(hedge|venue|account)\./.test(kind));

  it.each(venueKinds)('of kind %s says of play money that it is, and of nothing else', (kind) => {
    const data = SAMPLES[kind] as Record<string, unknown>;
    const [paper, live] = [mail(kind, { ...data, environment: 'paper' }), mail(kind, { ...data, environment: 'live' })];
    for (const part of [paper.subject, paper.text, paper.html]) expect(part).toContain('PAPER: ');
    expect(paper.text).toContain('play money');
    for (const part of [live.subject, live.text, live.html]) expect(part).not.toMatch(/paper|play money/i);
  });
  it('says so too where its data is broken', () => {
    expect(mail('hedge.traded', { environment: 'paper' }).subject).toMatch(/^PAPER: /);
  });
  it('tells to the last digit what must be deposited, and where', () => {
    const { subject, text } = mail('hedge.deposit-needed', SAMPLES['hedge.deposit-needed']);
    expect(subject.replaceAll('\u00a0', ' ')).toBe('Deposit 1,523.4567890123456789 ETH on Deribit to keep your hedge');
    expect(text.replaceAll('\u00a0', ' ')).toContain('Deposit 1,523.4567890123456789 ETH into the account main.ETH on Deribit.');
  });
  it('explains a reason in our words, and shows one that it does not know', () => {
    expect(mail('hedge.cannot', SAMPLES['hedge.cannot']).text).toContain('The margin that is there does not carry a larger hedge.');
    expect(mail('hedge.cannot', { ...SAMPLES['hedge.cannot'], reason: 'new-one' }).text).toContain('The reason is "new-one".');
  });
});

describe('every mail', () => {
  it.each(kinds)('of kind %s has its own words, its event id, and the promise never to ask for a seed phrase', (kind) => {
    const { subject, text, html } = mail(kind, SAMPLES[kind], `${kind}:77`);
    expect(text).not.toContain('Something happened that concerns this account');
    for (const part of [text, html]) {
      expect(part).toContain(NEVER_ASKS);
      expect(part).toContain(`${kind}:77`);
      expect(part).not.toMatch(/undefined|\bnull\b|NaN|\[object/);
    }
    expect(subject.length).toBeGreaterThan(10);
    expect(html).toContain('prefers-color-scheme:dark');
  });

  it.each(kinds)('of kind %s goes out in plain words when its data is missing or broken', (kind) => {
    for (const data of [{}, null, 'text', [1], { protocol: 7, action: 'steal', chainName: { deep: true }, token: '' }]) {
      const { subject, text, html } = mail(kind, data);
      expect(subject.length).toBeGreaterThan(5);
      expect(text).toContain(NEVER_ASKS);
      expect(html).toContain('</html>');
      expect(`${text}${html}`).not.toMatch(/undefined|\[object|NaN/);
    }
  });

  it('leaves a malformed optional value out and keeps its own words', () => {
    const { text } = mail('action.done', { ...SAMPLES['action.done'], gasUsd: 'cheap', liquidationPriceBefore: null });
    expect(text).not.toContain('cheap');
    expect(text).toContain('Liquidation price of ETH: $2,517');
  });

  it('does not cry danger where an action failed because nothing needed doing any more', () => {
    const { subject, text } = mail('action.failed', { action: 'repay', reason: 'not-below-trigger', message: 'The health was above the trigger again', class: 'resolved' });
    expect(subject).toMatch(/^Not needed/);
    expect(text).not.toContain('danger');
    expect(text).toContain('The health was above the trigger again.');
  });

  it('tells of a kind that it has no words for, without its secrets', () => {
    const { subject, text } = mail('venue.moved', { venue: 'Deribit', token: 'do-not-show', depth: { a: 1 } });
    expect(subject).toContain('venue.moved');
    expect(text).toContain('venue: Deribit');
    expect(text).not.toContain('do-not-show');
  });

  it('escapes every value, whatever it holds', () => {
    const evil = '<img src=x onerror=alert(1)>"\'&';
    fc.assert(
      fc.property(fc.constantFrom(...kinds), fc.oneof(fc.constant(evil), fc.string().map((text) => `${text}${evil}`)), (kind, value) => {
        const spoiled = Object.fromEntries(Object.entries(SAMPLES[kind]).map(([field, given]) => [field, /^[\d.]+$/.test(String(given)) || field === 'action' || field === 'gasBorneBy' ? given : value]));
        const { html, subject } = mail(kind, spoiled, value);
        expect(html).not.toContain('<img');
        expect([...html.matchAll(/href="([^"]*)"/g)].every(([, target]) => target?.startsWith('https://'))).toBe(true);
        expect(subject).not.toMatch(/[\r\n]/);
      }),
      { numRuns: 60 },
    );
  });

  it('lets no value forge a line or a header', () => {
    const { subject, text, headers } = mail('blind', { chainName: 'Base\r\nBcc: all@example.org\u202e' }, 'blind:1\r\nX-Evil: 1');
    expect(subject).not.toMatch(/[\r\n\u202e]/);
    expect(text).not.toMatch(/^Bcc/m);
    expect(headers['X-Ballast-Event']).not.toMatch(/[\r\n]/);
  });
});

describe('a mail to those who run the service', () => {
  it('is about no account, and offers no way to unsubscribe', () => {
    const event = aDueDelivery({ event: { id: 'evt_silent_1_1', kind: 'silent', severity: 'critical', data: SAMPLES.silent } }).event;
    const { subject, text, html, headers } = emailToOperator(event, 'ops@example.org', links);
    expect(subject).toBe('Silent: nothing was heard from Ballast on Base');
    for (const part of [text, html]) {
      expect(part).toContain('No heartbeat came for 121 s');
      expect(part).toContain('https://ballast.example/status');
      expect(part).not.toMatch(/nsubscribe|\/a\//);
    }
    expect(headers['List-Unsubscribe']).toBeUndefined();
  });
});

describe('a Message-ID', () => {
  it('differs by event and by subscriber, and is well formed for any id and host', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.constantFrom('ballast.example', '127.0.0.1', '[::1]'), (event, subscriber, host) => {
        expect(messageIdOf(event, subscriber, host)).toMatch(/^<[A-Za-z0-9.-]+@[A-Za-z0-9.-]+>$/);
        expect(messageIdOf(`${event}x`, subscriber, host)).not.toBe(messageIdOf(event, subscriber, host));
        expect(messageIdOf(event, `${subscriber}x`, host)).not.toBe(messageIdOf(event, subscriber, host));
      }),
    );
  });
});
