import { ask } from '../api/client.js';

/** The part of EIP-1193 that Ballast uses: accounts, a text signature, a typed signature, a transaction. */
export interface WalletProvider {
  request(request: { readonly method: string; readonly params?: readonly unknown[] }): Promise<unknown>;
}

export interface Wallet {
  readonly id: string;
  readonly name: string;
  /** A data: address, as EIP-6963 asks for; shown only when it is one of an image. */
  readonly icon: string | null;
  readonly provider: WalletProvider;
  /** Set when the wallet is one account, as the demo's are. */
  readonly account: string | null;
}

interface Announcement {
  readonly info: { readonly uuid: string; readonly name: string; readonly icon: string; readonly rdns: string };
  readonly provider: WalletProvider;
}

const isAnnouncement = (detail: unknown): detail is Announcement =>
  detail !== null && typeof detail === 'object' && 'info' in detail && 'provider' in detail && typeof (detail.info as Announcement['info'])?.uuid === 'string';

/** Asks the page's wallets to announce themselves (EIP-6963). Calls back with the list each time it grows; returns the end of listening. */
export function discoverWallets(found: (wallets: readonly Wallet[]) => void): () => void {
  const wallets = new Map<string, Wallet>();
  const hear = (event: Event): void => {
    const detail: unknown = (event as CustomEvent).detail;
    if (!isAnnouncement(detail) || wallets.has(detail.info.uuid)) return;
    const icon = /^data:image\//.test(detail.info.icon) ? detail.info.icon : null;
    wallets.set(detail.info.uuid, { id: detail.info.uuid, name: detail.info.name, icon, provider: detail.provider, account: null });
    found([...wallets.values()]);
  };
  addEventListener('eip6963:announceProvider', hear);
  dispatchEvent(new Event('eip6963:requestProvider'));
  return () => removeEventListener('eip6963:announceProvider', hear);
}

/** A built-in account of the demo, asked in the same words as an injected wallet. */
export function demoWallet(account: string, label: string): Wallet {
  const provider: WalletProvider = {
    request: async ({ method, params }) => (await ask<{ result: unknown }>('POST', '/v1/demo/wallet', { account, method, params: params ?? [] })).result,
  };
  return { id: `demo:${account}`, name: label, icon: null, provider, account };
}

/**
 * Has the wallet stand on a chain before it signs for it; a chain that it does not know is offered to it where its RPC address is public.
 * A built-in account knows only its own chain and needs nothing.
 */
export async function standOnChain(wallet: Wallet, chain: { readonly chainId: number; readonly name: string; readonly rpcUrl: string | null }): Promise<void> {
  if (wallet.account !== null) return;
  const chainId = `0x${chain.chainId.toString(16)}`;
  try {
    await wallet.provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId }] });
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code !== 4902 || chain.rpcUrl === null) throw error;
    await wallet.provider.request({ method: 'wallet_addEthereumChain', params: [{ chainId, chainName: chain.name, rpcUrls: [chain.rpcUrl], nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 } }] });
  }
}

/** A wallet's refusal in words. 4001 is the user's own no (EIP-1193). */
export function refusalInWords(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (code === 4001) return 'You turned it down in your wallet. Nothing was signed or sent.';
  if (code === 4100) return 'The wallet does not allow this account here. Connect the account that owns the loan.';
  if (code === 4902) return 'The wallet does not know this chain. Add it there, then try again.';
  return typeof message === 'string' && message !== '' ? message : 'The wallet gave no answer.';
}

const POLL_MS = 1_500;
const POLLS = 200;

/** True once the transaction is in a block and went through, false when it failed there; null where the wallet does not tell within five minutes. */
export async function waitUntilMined(wallet: Wallet, hash: string): Promise<boolean | null> {
  for (let polls = 0; polls < POLLS; polls += 1) {
    const receipt: unknown = await wallet.provider.request({ method: 'eth_getTransactionReceipt', params: [hash] }).catch(() => null);
    if (receipt !== null && typeof receipt === 'object' && 'status' in receipt) return Number(receipt.status) === 1;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return null;
}

/** UTF-8 text as the hex that `personal_sign` takes. */
export const hexOfText = (text: string): string => `0x${[...new TextEncoder().encode(text)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
