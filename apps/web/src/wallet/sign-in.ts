import { ask } from '../api/client.js';
import { routes } from '../api/routes.js';
import type { Config, Session, SignInNonce } from '../api/types.js';
import type { DemoState } from '../demo/types.js';
import { demoWallet, discoverWallets, hexOfText, type Wallet } from './provider.js';
import { signInMessage } from './siwe-message.js';

/** The wallet that signed in on this page; a reload forgets it, the session cookie stays. */
let used: { readonly wallet: Wallet; readonly address: string } | null = null;

/**
 * The wallet that holds an account: the one that signed in, a built-in one of the demo, or an injected one that already shares
 * the account with this page. Null when none does: the owner must choose one again.
 */
export async function walletOf(account: string): Promise<Wallet | null> {
  const same = (other: unknown): boolean => typeof other === 'string' && other.toLowerCase() === account.toLowerCase();
  if (used !== null && same(used.address)) return used.wallet;
  const builtIn = await demoAccounts();
  const own = builtIn.find((wallet) => same(wallet.account));
  if (own) return own;
  const injected: Wallet[] = [];
  discoverWallets((wallets) => injected.splice(0, injected.length, ...wallets))();
  for (const wallet of injected) {
    const shared = await wallet.provider.request({ method: 'eth_accounts' }).catch(() => []);
    if (Array.isArray(shared) && shared.some(same)) return wallet;
  }
  return null;
}

/** The demo's built-in accounts as wallets; none outside the demo. */
export async function demoAccounts(): Promise<Wallet[]> {
  const { demo } = await ask<Config>('GET', routes.config);
  if (!demo) return [];
  const { accounts } = await ask<DemoState>('GET', routes.demoState);
  return [accounts.protected, accounts.twin].map(({ address, label }) => demoWallet(address, label));
}

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
  used = { wallet, address };
  return session;
}

export async function signOut(): Promise<void> {
  await ask<void>('POST', '/v1/auth/sign-out');
  used = null;
}
