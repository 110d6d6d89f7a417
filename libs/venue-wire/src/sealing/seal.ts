/**
 * Sealed texts: made with the public key of the process that holds keys, opened by nobody without its private one. ECDH on P-256 with a fresh key for each text, HKDF-SHA-256, AES-256-GCM. Nothing but
 * WebCrypto is used, so that the same file seals in a browser and opens in Node.
 *
 * `ballast-key-1.<key id>.<fresh public key>.<ciphertext>`, the last three in base64url (docs/venue-keys.md).
 */
export const SEALED_VERSION = 'ballast-key-1';
const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const;
/** An uncompressed point: 4, x and y. */
const POINT_BYTES = 65;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const MOST_TEXT = 20_000;

/** Bytes that are not shared between threads, as WebCrypto wants them. */
export type Bytes = Uint8Array<ArrayBuffer>;
/** WebCrypto's own key, by whichever types it is known. */
export type SubtleKey = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

/** A sealed text that does not open. Says nothing of what is in it. */
export class SealUnopened extends Error {
  override readonly name = 'SealUnopened';
  constructor(readonly code: 'not-sealed' | 'other-recipient' | 'wrong-seal', message: string) {
    super(message);
  }
}

/** Bytes as text of letters, digits, - and _, without padding. */
export function base64Url(bytes: Bytes): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** @throws SealUnopened when it is other text */
export function fromBase64Url(text: string): Bytes {
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) throw new SealUnopened('not-sealed', 'got text that is not base64url');
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (sign) => sign.charCodeAt(0));
}

const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
const joined = (...parts: readonly Bytes[]): Bytes => Uint8Array.from(parts.flatMap((part) => [...part]));

/**
 * What people compare before they seal to a key, and what a sealed text says that it is for: the first 16 hex digits of the SHA-256 of the public key's 65 bytes.
 * @throws SealUnopened when it is no public key
 */
export async function keyIdOf(publicKey: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', pointOf(publicKey)));
  return [...digest.slice(0, 8)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function pointOf(publicKey: string): Bytes {
  const point = fromBase64Url(publicKey);
  if (point.length !== POINT_BYTES || point[0] !== 4) throw new SealUnopened('not-sealed', 'got no public key, expected an uncompressed point of P-256 in base64url');
  return point;
}

const imported = (point: Bytes): Promise<SubtleKey> =>
  crypto.subtle.importKey('raw', point, CURVE, false, []).catch(() => {
    throw new SealUnopened('not-sealed', 'got a public key that is no point of P-256');
  });

/** The x coordinate that two keys share. @throws SealUnopened when the point is none of P-256 */
export const sharedWith = async (own: SubtleKey, point: Bytes): Promise<Bytes> => new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: await imported(point) }, own, KEY_BYTES * 8));

/** The key and the nonce of one text; both are used once, for the fresh key is. */
async function secretsOf(shared: Bytes, fresh: Bytes, recipient: Bytes): Promise<{ readonly key: SubtleKey; readonly iv: Bytes }> {
  const material = await crypto.subtle.importKey('raw', shared, 'HKDF', false, ['deriveBits']);
  const derived = new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: joined(fresh, recipient), info: utf8(SEALED_VERSION) }, material, (KEY_BYTES + NONCE_BYTES) * 8));
  const key = await crypto.subtle.importKey('raw', derived.slice(0, KEY_BYTES), 'AES-GCM', false, ['encrypt', 'decrypt']);
  return { key, iv: derived.slice(KEY_BYTES) };
}

/** Seals text to a public key. It opens only together with the same `context`, which is not in it. @throws SealUnopened when it is no public key */
export async function sealText(text: string, context: string, publicKey: string): Promise<string> {
  const recipient = pointOf(publicKey);
  const pair = await crypto.subtle.generateKey(CURVE, true, ['deriveBits']);
  const fresh = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const { key, iv } = await secretsOf(await sharedWith(pair.privateKey, recipient), fresh, recipient);
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: utf8(context), tagLength: TAG_BYTES * 8 }, key, utf8(text));
  return [SEALED_VERSION, await keyIdOf(publicKey), base64Url(fresh), base64Url(new Uint8Array(sealed))].join('.');
}

/**
 * The text that was sealed. `shared`: the 32 bytes that the private key of `publicKey` and a public one share, wherever that private key is.
 * @throws SealUnopened where it is no sealed text, is for another key, was changed, or was sealed with another context: the last two look the same
 */
export async function unsealText(sealed: string, context: string, shared: (point: Bytes) => Promise<Bytes>, publicKey: string): Promise<string> {
  const parts = sealed.length > MOST_TEXT ? [] : sealed.split('.');
  const [version, keyId, freshText, cipherText] = parts;
  if (version !== SEALED_VERSION || parts.length !== 4 || keyId === undefined || freshText === undefined || cipherText === undefined) throw new SealUnopened('not-sealed', `got text that is not sealed, expected ${SEALED_VERSION}.<key id>.<public key>.<ciphertext>`);
  const own = await keyIdOf(publicKey);
  if (keyId !== own) throw new SealUnopened('other-recipient', `got a text sealed to the key ${/^[0-9a-f]{16}$/.test(keyId) ? keyId : 'of another form'}, expected one sealed to ${own}`);
  const fresh = pointOf(freshText);
  const { key, iv } = await secretsOf(await shared(fresh), fresh, pointOf(publicKey));
  try {
    const opened = await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: utf8(context), tagLength: TAG_BYTES * 8 }, key, fromBase64Url(cipherText));
    return new TextDecoder('utf-8', { fatal: true }).decode(opened);
  } catch {
    throw new SealUnopened('wrong-seal', 'the text was changed, or was sealed for another owner, account, venue, chain or environment');
  }
}
