import { InvalidInput } from '@ballast/units';
import { encode } from '@msgpack/msgpack';
import { ZeroAddress, concat, keccak256, toBeHex, verifyTypedData, zeroPadValue } from 'ethers';

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

/** What moves money on the real venue. Never taken here. */
export const MAINNET: SigningPlace = { chainId: 1337, source: 'a' };
/**
 * The place of the real venue's test network, which its clients sign for in their sandbox mode: nothing of worth lies there. The paper venue
 * makes its keys itself and takes none from outside, so that such a signature is of no account there either.
 */
export const PAPER: SigningPlace = { chainId: 1337, source: 'b' };

const AGENT = { Agent: [{ name: 'source', type: 'string' }, { name: 'connectionId', type: 'bytes32' }] };
export const domainOf = ({ chainId }: SigningPlace) => ({ name: 'Exchange', version: '1', chainId, verifyingContract: ZeroAddress });

/** The keccak hash of an action as Hyperliquid takes it: msgpack with the keys in the order of the JSON, nonce, vault and expiry. */
export function actionHash({ action, nonce, vaultAddress, expiresAfter }: Omit<SignedAction, 'signature'>): string {
  const pieces = [encode(action), word(nonce), vaultAddress === null ? '0x00' : concat(['0x01', `0x${vaultAddress.replace(/^0x/, '')}`])];
  if (expiresAfter !== null) pieces.push(concat(['0x00', word(expiresAfter)]));
  return keccak256(concat(pieces));
}

/** The address that signed the action for the place; another one, never the signer's, for a signature made for another place. @throws InvalidInput when it is no signature at all */
export function signerOf(signed: SignedAction, place: SigningPlace = PAPER): string {
  const { r, s, v } = signed.signature;
  try {
    // ccxt sends r and s without leading zeros.
    const signature = { r: padded(r), s: padded(s), v };
    return verifyTypedData(domainOf(place), AGENT, { source: place.source, connectionId: actionHash(signed) }, signature).toLowerCase();
  } catch {
    throw new InvalidInput('signature', JSON.stringify(signed.signature).slice(0, 200), 'r, s and v of an EIP-712 signature');
  }
}

const padded = (hex: string): string => zeroPadValue(hex.length % 2 === 0 ? hex : `0x0${hex.slice(2)}`, 32);
const word = (value: number): string => toBeHex(BigInt(value), 8);
