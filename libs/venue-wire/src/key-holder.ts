import { BallastError } from '@ballast/units';
import { keyContent } from './key-shapes.js';
import { base64Url, SealUnopened, sharedWith, unsealText, type Bytes } from './sealing/seal.js';
import { contextOf, type KeyContent, type KeyPlace } from './sealing/key-text.js';

/** Whoever can open what was sealed: a file's key, or a key management service that never gives its key out. */
export interface KeyHolder {
  /** What owners seal to: an uncompressed point of P-256 in base64url. */
  publicKey(): Promise<string>;
  /** The text that was sealed for this context. @throws SealUnopened */
  open(sealed: string, context: string): Promise<string>;
}

/** A sealed key that cannot be used: it does not open here, or what is in it is no key with limits. Says nothing of its content. */
export class KeyUnreadable extends BallastError {
  readonly code = 'key-unreadable';
  readonly disposition = 'refused';
  constructor(readonly detail: string) {
    super(`sealed key: ${detail}`);
  }
}

/** The key and the limits that its owner sealed for this place. @throws KeyUnreadable */
export async function openKey(holder: KeyHolder, place: KeyPlace, sealed: string): Promise<KeyContent> {
  const text = await holder.open(sealed, contextOf(place)).catch((error: unknown) => {
    throw error instanceof SealUnopened ? new KeyUnreadable(error.message) : error;
  });
  const parsed = keyContent.safeParse(jsonOf(text));
  // Where it does not fit is told, never what was there.
  if (!parsed.success) throw new KeyUnreadable(`what is in it does not fit: ${[...new Set(parsed.error.issues.map(({ path }) => path.map(String).join('.') || 'the whole'))].slice(0, 10).join(', ')}`);
  const { credentials, limits } = parsed.data;
  if (credentials.venue !== place.venue) throw new KeyUnreadable(`got a key of ${credentials.venue}, expected one of ${place.venue}`);
  const stray = limits.instruments.find((id) => !id.startsWith(`${place.environment}:${place.venue}:`));
  if (stray !== undefined) throw new KeyUnreadable(`its limits name ${stray}, expected instruments of ${place.environment}:${place.venue}`);
  return parsed.data;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const CURVE = { name: 'ECDH', namedCurve: 'P-256' } as const;

/** A new private key as JWK text, which `holderOf` takes. */
export async function newHolderKey(): Promise<string> {
  const { privateKey } = await crypto.subtle.generateKey(CURVE, true, ['deriveBits']);
  const { kty, crv, x, y, d } = await crypto.subtle.exportKey('jwk', privateKey);
  return JSON.stringify({ kty, crv, x, y, d });
}

/** A private key that is not one. Says nothing of it. */
export class HolderKeyUnusable extends BallastError {
  readonly code = 'holder-key-unusable';
  readonly disposition = 'invalid';
  constructor() {
    super('key for sealed keys: got a text that is none, expected a private key of P-256 as JWK');
  }
}

/** Opens with a private key that is elsewhere, in a key management service that derives shared secrets: `shared` answers the 32 bytes that it and an uncompressed point of P-256 share. */
export const holderWith = (publicKey: string, shared: (point: Bytes) => Promise<Bytes>): KeyHolder => ({ publicKey: async () => publicKey, open: (sealed, context) => unsealText(sealed, context, shared, publicKey) });

/** Opens with the private key of a JWK text, kept in memory so that it cannot be read out again. @throws HolderKeyUnusable */
export async function holderOf(jwkText: string): Promise<KeyHolder> {
  try {
    const { kty, crv, x, y, d } = JSON.parse(jwkText) as Readonly<Record<'kty' | 'crv' | 'x' | 'y' | 'd', string>>;
    const privateKey = await crypto.subtle.importKey('jwk', { kty, crv, x, y, d }, CURVE, false, ['deriveBits']);
    const publicPart = await crypto.subtle.importKey('jwk', { kty, crv, x, y }, CURVE, true, []);
    const publicKey = base64Url(new Uint8Array(await crypto.subtle.exportKey('raw', publicPart)));
    return holderWith(publicKey, (point) => sharedWith(privateKey, point));
  } catch {
    // What is said of a key that cannot be read may hold a piece of it.
    throw new HolderKeyUnusable();
  }
}
