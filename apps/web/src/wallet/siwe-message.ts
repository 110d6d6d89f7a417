import { checksummed } from './checksum.js';

export interface SignInTerms {
  readonly domain: string;
  readonly address: string;
  readonly statement: string;
  readonly uri: string;
  readonly chainId: number;
  readonly nonce: string;
  readonly issuedAt: string;
  readonly expirationTime?: string;
}

/** The text that is signed to sign in, exactly as EIP-4361 lays it out: version 1, the address with its checksum, no trailing line. */
export function signInMessage(terms: SignInTerms): string {
  return [
    `${terms.domain} wants you to sign in with your Ethereum account:`,
    checksummed(terms.address),
    '',
    ...(terms.statement === '' ? [] : [terms.statement]),
    '',
    `URI: ${terms.uri}`,
    'Version: 1',
    `Chain ID: ${terms.chainId}`,
    `Nonce: ${terms.nonce}`,
    `Issued At: ${terms.issuedAt}`,
    ...(terms.expirationTime === undefined ? [] : [`Expiration Time: ${terms.expirationTime}`]),
  ].join('\n');
}
