import { verifyMessage } from 'ethers';
import { SiweErrorType, SiweMessage } from 'siwe';
import { address, type Address } from '@ballast/units';
import { SignInRefused } from '../problems/api-errors.js';

export const STATEMENT = 'Sign in to Ballast. This does not cost anything and gives no permission to move funds.';

export interface SignInExpectation {
  /** Origin at which people open Ballast. */
  readonly publicUrl: string;
  readonly chainId: number;
  /** Milliseconds of our clock. */
  readonly now: number;
}

export interface SignIn {
  readonly address: Address;
  readonly chainId: number;
  readonly nonce: string;
}

/** RFC 4501 authority that a sign-in message must name: host and port of the public address. */
export const domainOf = (publicUrl: string): string => new URL(publicUrl).host;

function parsed(message: string): SiweMessage {
  try {
    return new SiweMessage(message);
  } catch {
    throw new SignInRefused('siwe-malformed', JSON.stringify(message.slice(0, 60)), 'a Sign-In with Ethereum message (EIP-4361) with a checksummed address');
  }
}

function recovered(message: string, signature: string): string {
  try {
    return verifyMessage(message, signature);
  } catch {
    return 'no address';
  }
}

/**
 * Returns who signed the message and with which nonce. Whether that nonce is ours and unused is the caller's to find out.
 * @throws SignInRefused with the part that does not hold as its code
 */
export async function verifySignIn(message: string, signature: string, expected: SignInExpectation): Promise<SignIn> {
  const siwe = parsed(message);
  const domain = domainOf(expected.publicUrl);
  if (siwe.domain !== domain) throw new SignInRefused('siwe-domain', siwe.domain, domain);
  if (!URL.canParse(siwe.uri) || new URL(siwe.uri).origin !== expected.publicUrl) throw new SignInRefused('siwe-uri', siwe.uri, expected.publicUrl);
  if (siwe.chainId !== expected.chainId) throw new SignInRefused('siwe-chain', `chain ${siwe.chainId}`, `chain ${expected.chainId}`);
  const signer = recovered(message, signature);
  if (signer !== siwe.address) throw new SignInRefused('siwe-signature', `a signature by ${signer}`, `one by ${siwe.address}`);
  const { success, error } = await siwe.verify({ signature, domain, nonce: siwe.nonce, time: new Date(expected.now).toISOString() }, { suppressExceptions: true });
  if (!success) {
    const code = error?.type === SiweErrorType.EXPIRED_MESSAGE ? 'siwe-expired' : error?.type === SiweErrorType.NOT_YET_VALID_MESSAGE ? 'siwe-not-yet-valid' : 'siwe-signature';
    throw new SignInRefused(code, error?.received ?? 'a message that does not verify', error?.expected ?? 'a valid message');
  }
  return { address: address(siwe.address), chainId: siwe.chainId, nonce: siwe.nonce };
}
