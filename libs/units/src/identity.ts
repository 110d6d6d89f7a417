import { InvalidInput } from './errors.js';

declare const identity: unique symbol;
type Identity<T, Name extends string> = T & { readonly [identity]: Name };

/** An EVM address, always in lower case inside Ballast; the checksummed form is made where people see it. */
export type Address = Identity<`0x${string}`, 'Address'>;
/** A 32-byte hash in lower case. */
export type Hash32 = Identity<`0x${string}`, 'Hash32'>;
export type ChainId = Identity<number, 'ChainId'>;

/** Returns the address in lower case. @throws InvalidInput when it is not 0x and 40 hex digits */
export function address(text: string): Address {
  if (!/^0x[0-9a-fA-F]{40}$/.test(text)) throw new InvalidInput('address', JSON.stringify(text), '0x followed by 40 hex digits');
  return text.toLowerCase() as Address;
}

/** Returns the hash in lower case. @throws InvalidInput when it is not 0x and 64 hex digits */
export function hash32(text: string): Hash32 {
  if (!/^0x[0-9a-fA-F]{64}$/.test(text)) throw new InvalidInput('hash', JSON.stringify(text), '0x followed by 64 hex digits');
  return text.toLowerCase() as Hash32;
}

/** @throws InvalidInput when it is not a positive whole number */
export function chainId(value: number): ChainId {
  if (!Number.isSafeInteger(value) || value <= 0) throw new InvalidInput('chain id', String(value), 'a positive whole number');
  return value as ChainId;
}
