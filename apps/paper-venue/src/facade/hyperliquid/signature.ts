import { InvalidInput } from '@ballast/units';
import { ZeroAddress, concat, getBytes, hexlify, keccak256, toBeHex, toUtf8Bytes, verifyTypedData, zeroPadValue } from 'ethers';

/** JSON as an action carries it. */
export type ActionValue = string | number | boolean | null | readonly ActionValue[] | { readonly [key: string]: ActionValue };

export interface SignedAction {
  readonly action: ActionValue;
  readonly nonce: number;
  /** 20 bytes as hex, with or without 0x. */
  readonly vaultAddress: string | null;
  readonly expiresAfter: number | null;
  readonly signature: { readonly r: string; readonly s: string; readonly v: number };
}

/** What a signature is valid for: the chain id of the EIP-712 domain and the `source` of the agent. */
export interface SigningPlace {
  readonly chainId: number;
  readonly source: string;
}

/** Of the paper venue alone. The real venue and its test network sign with chain id 1337 and the sources a and b. */
export const PAPER: SigningPlace = { chainId: 779_031_337, source: 'paper' };

const AGENT = { Agent: [{ name: 'source', type: 'string' }, { name: 'connectionId', type: 'bytes32' }] };
export const domainOf = ({ chainId }: SigningPlace) => ({ name: 'Exchange', version: '1', chainId, verifyingContract: ZeroAddress });

/** The keccak hash of an action as Hyperliquid takes it: msgpack, nonce, vault and expiry. @throws InvalidInput for what msgpack of an action cannot hold */
export function actionHash({ action, nonce, vaultAddress, expiresAfter }: Omit<SignedAction, 'signature'>): string {
  const pieces = [packed(action), word(nonce), vaultAddress === null ? '0x00' : concat(['0x01', `0x${vaultAddress.replace(/^0x/, '')}`])];
  if (expiresAfter !== null) pieces.push(concat(['0x00', word(expiresAfter)]));
  return keccak256(concat(pieces));
}

/** The address that signed the action for the place; another one, never the signer's, for a signature made elsewhere. @throws InvalidInput when it is no signature at all */
export function signerOf(signed: SignedAction, place: SigningPlace = PAPER): string {
  const { r, s, v } = signed.signature;
  try {
    // ccxt sends r and s without leading zeros.
    const signature = { r: padded(r), s: padded(s), v };
    return verifyTypedData(domainOf(place), AGENT, { source: place.source, connectionId: actionHash(signed) }, signature).toLowerCase();
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    throw new InvalidInput('signature', JSON.stringify(signed.signature).slice(0, 200), 'r, s and v of an EIP-712 signature');
  }
}

const padded = (hex: string): string => zeroPadValue(hex.length % 2 === 0 ? hex : `0x0${hex.slice(2)}`, 32);
const word = (value: number): string => toBeHex(BigInt(value), 8);

/** msgpack with the keys in the order of the JSON. Numbers are whole and of zero or more, as in every action. */
function packed(value: ActionValue): string {
  if (value === null) return '0xc0';
  if (typeof value === 'boolean') return value ? '0xc3' : '0xc2';
  if (typeof value === 'number') return packedNumber(value);
  if (typeof value === 'string') {
    const bytes = toUtf8Bytes(value);
    return concat([head(bytes.length, 0xa0, 31, [[0xd9, 1], [0xda, 2], [0xdb, 4]]), hexlify(bytes)]);
  }
  if (Array.isArray(value)) return concat([head(value.length, 0x90, 15, [[0xdc, 2], [0xdd, 4]]), ...value.map(packed)]);
  const entries = Object.entries(value as Readonly<Record<string, ActionValue>>);
  return concat([head(entries.length, 0x80, 15, [[0xde, 2], [0xdf, 4]]), ...entries.flatMap(([key, held]) => [packed(key), packed(held)])]);
}

function packedNumber(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidInput('action', String(value), 'whole numbers of zero or more');
  return head(value, 0x00, 127, [[0xcc, 1], [0xcd, 2], [0xce, 4], [0xcf, 8]]);
}

/** One byte for a small count, otherwise a tag and the count in the fewest bytes that are allowed. */
function head(count: number, small: number, most: number, larger: readonly (readonly [tag: number, bytes: number])[]): string {
  if (count <= most) return toBeHex(small + count, 1);
  const [tag, bytes] = larger.find(([, width]) => count < 256 ** width) ?? [0, 0];
  if (bytes === 0) throw new InvalidInput('action', String(count), 'something shorter');
  return concat([toBeHex(tag, 1), toBeHex(BigInt(count), bytes)]);
}

/** The bytes of a msgpack encoding, for a check against another encoder. */
export const packedBytes = (value: ActionValue): Uint8Array => getBytes(packed(value));
