import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aHeartbeat } from '../../../test/factories/heartbeat.js';
import { HeartbeatKeyUnusable, heartbeatKey, heartbeatPublicKey, newHeartbeatKey, openHeartbeat, publicKeyText, signHeartbeat } from './index.js';

const key = heartbeatKey(newHeartbeatKey());
const publicKey = heartbeatPublicKey(publicKeyText(key));

describe('a signed heartbeat', () => {
  it('opens to what was signed, with the public key alone', () => {
    const body = aHeartbeat();
    expect(openHeartbeat(signHeartbeat(body, key), publicKey)).toEqual(body);
    expect(openHeartbeat(JSON.parse(JSON.stringify(signHeartbeat(body, key))), publicKey)).toEqual(body);
  });

  it('is refused once any character of its text or its signature is another', () => {
    const signed = signHeartbeat(aHeartbeat(), key);
    fc.assert(
      fc.property(fc.constantFrom('body' as const, 'signature' as const), fc.nat(), fc.constantFrom(...'0aZ"}+'), (field, at, character) => {
        const place = at % signed[field].length;
        const changed = signed[field].slice(0, place) + character + signed[field].slice(place + 1);
        fc.pre(changed !== signed[field] && !(field === 'signature' && Buffer.from(changed, 'base64').equals(Buffer.from(signed.signature, 'base64'))));
        expect(() => openHeartbeat({ ...signed, [field]: changed }, publicKey)).toThrow(/heartbeat|signature/);
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it('is refused from another key, and the refusal names both', () => {
    const other = signHeartbeat(aHeartbeat(), heartbeatKey(newHeartbeatKey()));
    expect(() => openHeartbeat(other, publicKey)).toThrow(new RegExp(`names key ${other.keyId}, expected [0-9a-f]{16}`));
    try {
      openHeartbeat(other, publicKey);
    } catch (error) {
      expect(error).toMatchObject({ code: 'heartbeat-forged', disposition: 'refused' });
    }
  });

  it.each([[null], ['text'], [{}], [{ body: '{}', signature: 'x', keyId: 'y' }]])('is refused where %j is served', (served) => {
    expect(() => openHeartbeat(served, publicKey)).toThrow('not a signed heartbeat');
  });

  it('is refused where the text that was signed is something else', () => {
    const signed = signHeartbeat(aHeartbeat(), key);
    expect(() => signHeartbeat({ ...aHeartbeat(), type: 'ballast.other' as never }, key)).toThrow();
    expect(signed.body).toContain('"type":"ballast.heartbeat"');
  });

  it('can be checked with openssl, as docs/watching-the-watcher.md says', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ballast-heartbeat-'));
    try {
      const { body, signature } = signHeartbeat(aHeartbeat(), key);
      writeFileSync(join(folder, 'body.txt'), body);
      writeFileSync(join(folder, 'signature.bin'), Buffer.from(signature, 'base64'));
      writeFileSync(join(folder, 'key.der'), Buffer.from(publicKeyText(key), 'base64'));
      const check = (): string => execFileSync('openssl', ['pkeyutl', '-verify', '-pubin', '-keyform', 'DER', '-inkey', 'key.der', '-rawin', '-in', 'body.txt', '-sigfile', 'signature.bin'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
      expect(check()).toContain('Signature Verified Successfully');
      writeFileSync(join(folder, 'body.txt'), `${body} `);
      expect(check).toThrow();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe('a heartbeat key', () => {
  it('is told apart from what is none, and nothing of it is shown', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    for (const text of ['', 's3cret', rsa, publicKeyText(key)]) expect(() => heartbeatKey(text)).toThrow(HeartbeatKeyUnusable);
    for (const text of ['', 's3cret']) expect(() => heartbeatPublicKey(text)).toThrow(HeartbeatKeyUnusable);
    expect(() => heartbeatKey('s3cret')).not.toThrow(/s3cret/);
  });
});
