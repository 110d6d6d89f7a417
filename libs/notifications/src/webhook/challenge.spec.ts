import { describe, expect, it } from 'vitest';
import { isEcho } from './challenge.js';

const CHALLENGE = 'vX0kq3Zf8u1mQ2nB7yTgHc5dLw9eRjSaPoIuYtXzKlM';

describe('a challenge is echoed', () => {
  it.each([
    ['as JSON', JSON.stringify({ challenge: CHALLENGE })], ['as JSON among other fields, with white space', ` {\n "ok": true, "challenge": "${CHALLENGE}" }\n`],
    ['as bare text', CHALLENGE], ['as bare text on a line of its own', `${CHALLENGE}\r\n`],
  ])('%s', (_how, answer) => {
    expect(isEcho(CHALLENGE, answer)).toBe(true);
  });
});

describe('a challenge is not echoed', () => {
  it.each([
    ['by nothing', ''], ['by a word', 'ok'], ['by another one', JSON.stringify({ challenge: `${CHALLENGE}x` })], ['by its beginning', CHALLENGE.slice(0, -1)], ['in other letters', CHALLENGE.toLowerCase()],
    ['by the whole post sent back', JSON.stringify({ type: 'webhook.challenge', data: { challenge: CHALLENGE } })], ['by text around it', `<html>${CHALLENGE}</html>`], ['by a number', '{"challenge":1}'],
    ['by a list', JSON.stringify([CHALLENGE])], ['by a body that is cut off', `{"challenge":"${CHALLENGE}","more":"${'x'.repeat(1_024)}`.slice(0, 1_024)], ['by null', 'null'],
  ])('%s', (_how, answer) => {
    expect(isEcho(CHALLENGE, answer)).toBe(false);
  });
});
