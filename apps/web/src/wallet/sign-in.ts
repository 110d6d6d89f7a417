import { ask } from '../api/client.js';
import type { Session, SignInNonce } from '../api/types.js';
import { hexOfText, type Wallet } from './provider.js';
import { signInMessage } from './siwe-message.js';

/** The wallet that signed in on this page; a reload forgets it, the session cookie stays. */
let used: Wallet | null = null;
export const usedWallet = (): Wallet | null => used;

/** The first account that the wallet offers. @throws Error when it offers none */
export async function accountOf(wallet: Wallet): Promise<string> {
  if (wallet.account !== null) return wallet.account;
  const accounts = await wallet.provider.request({ method: 'eth_requestAccounts' });
  const first: unknown = Array.isArray(accounts) ? accounts[0] : undefined;
  if (typeof first !== 'string') throw new Error('The wallet offered no account.');
  return first;
}

/** Signs in with Ethereum. Returns the session that the API opened. @throws ApiProblem, or the wallet's refusal */
export async function signIn(wallet: Wallet): Promise<Session> {
  const address = await accountOf(wallet);
  const { nonce, domain, uri, chainId, statement } = await ask<SignInNonce>('POST', '/v1/auth/nonce', {});
  const message = signInMessage({ domain, address, statement, uri, chainId, nonce, issuedAt: new Date().toISOString() });
  const signature = await wallet.provider.request({ method: 'personal_sign', params: [hexOfText(message), address] });
  const session = await ask<Session>('POST', '/v1/auth/sign-in', { message, signature });
  used = wallet;
  return session;
}

export async function signOut(): Promise<void> {
  await ask<void>('POST', '/v1/auth/sign-out');
  used = null;
}
