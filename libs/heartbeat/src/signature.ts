import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { HeartbeatKeyUnusable, HeartbeatRefused } from './errors.js';
import { heartbeatBody, signedHeartbeat, type HeartbeatBody, type SignedHeartbeat } from './heartbeat.js';

const PRIVATE = 'an Ed25519 private key as PKCS #8 DER in base64 (openssl genpkey -algorithm ed25519 -outform DER | base64 -w0)';
const PUBLIC = 'an Ed25519 public key as SPKI DER in base64, beginning with MCowBQYDK2VwAyEA';

/** The key that signs. @throws HeartbeatKeyUnusable */
export function heartbeatKey(text: string): KeyObject {
  return keyOf(text, PRIVATE, (der) => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
}

/** The key that checks. @throws HeartbeatKeyUnusable */
export function heartbeatPublicKey(text: string): KeyObject {
  return keyOf(text, PUBLIC, (der) => createPublicKey({ key: der, format: 'der', type: 'spki' }));
}

function keyOf(text: string, expected: string, read: (der: Buffer) => KeyObject): KeyObject {
  try {
    const key = read(Buffer.from(text, 'base64'));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // What Node says of a key that it cannot read may hold a piece of it.
  }
  throw new HeartbeatKeyUnusable(expected);
}

/** A fresh private key, in the form that `heartbeatKey` reads. */
export const newHeartbeatKey = (): string => generateKeyPairSync('ed25519').privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');

/** The public key of a private or public one, in the form that `heartbeatPublicKey` reads. */
export const publicKeyText = (key: KeyObject): string => spkiOf(key).toString('base64');

const spkiOf = (key: KeyObject): Buffer => (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'der', type: 'spki' });

const keyIdOf = (key: KeyObject): string => createHash('sha256').update(spkiOf(key)).digest('hex').slice(0, 16);

/** Writes the body as JSON and signs that text. */
export function signHeartbeat(body: HeartbeatBody, key: KeyObject): SignedHeartbeat {
  const text = JSON.stringify(heartbeatBody.parse(body));
  return { body: text, signature: sign(null, Buffer.from(text, 'utf8'), key).toString('base64'), keyId: keyIdOf(key) };
}

/** What was signed, once the signature was found to be the key's. The body is not looked at before. @throws HeartbeatRefused */
export function openHeartbeat(served: unknown, key: KeyObject): HeartbeatBody {
  const parsed = signedHeartbeat.safeParse(served);
  if (!parsed.success) throw new HeartbeatRefused('heartbeat-malformed', 'what is served is not a signed heartbeat');
  const { body, signature, keyId } = parsed.data;
  if (!verify(null, Buffer.from(body, 'utf8'), key, Buffer.from(signature, 'base64'))) {
    throw new HeartbeatRefused('heartbeat-forged', `the signature is not of the key that is expected: it names key ${keyId}, expected ${keyIdOf(key)}`);
  }
  const read = heartbeatBody.safeParse(parsedJson(body));
  if (!read.success) throw new HeartbeatRefused('heartbeat-malformed', 'the signed text is not a heartbeat of version 1');
  return read.data;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
