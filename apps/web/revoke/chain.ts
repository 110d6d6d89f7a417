import { refusalInWords, type WalletProvider } from '../src/wallet/provider.js';
import { type Hex } from './abi.js';
import { PageProblem } from './problem.js';

/** Reads of one chain, through an RPC address that the user gave or through the user's own wallet. */
export interface Chain {
  /** How the page names it: the host of the address, or the wallet's name. */
  readonly label: string;
  /** @throws PageProblem: RPC_UNREACHABLE when nobody answered, RPC_REFUSED when the answer was a no */
  request(method: string, params: readonly unknown[]): Promise<unknown>;
}

const PATIENCE_MS = 30_000;

function refused(method: string, error: unknown): PageProblem {
  const { message, data } = (error ?? {}) as { message?: unknown; data?: unknown };
  const inner = typeof data === 'object' && data !== null ? (data as { data?: unknown }).data : data;
  return new PageProblem('RPC_REFUSED', `The node refused ${method}: ${typeof message === 'string' ? message : 'no reason given'}.`, typeof inner === 'string' && inner.startsWith('0x') ? inner : null);
}

/** @throws PageProblem INPUT_INVALID unless it is an https address, or an http one of this machine: the page's content policy allows no other */
export function overHttp(address: string): Chain {
  const url = URL.canParse(address) ? new URL(address) : null;
  const local = url?.protocol === 'http:' && /^(127\.0\.0\.1|localhost)$/.test(url.hostname);
  if (url === null || !(url.protocol === 'https:' || local)) throw new PageProblem('INPUT_INVALID', `The RPC address is “${address}”; expected one that begins with https:// (http:// only on your own machine).`);
  let id = 0;
  return {
    label: url.host,
    request: async (method, params) => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: (id += 1), method, params });
      let answer: { result?: unknown; error?: unknown };
      try {
        const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body, credentials: 'omit', referrerPolicy: 'no-referrer', signal: AbortSignal.timeout(PATIENCE_MS) });
        answer = (await response.json()) as typeof answer;
      } catch (error) {
        throw new PageProblem('RPC_UNREACHABLE', `${url.host} gave no answer to ${method} (${error instanceof Error ? error.message : 'no reason'}). It may be down, or not let pages ask it.`);
      }
      if (typeof answer !== 'object' || answer === null) throw new PageProblem('ANSWER_INVALID', `${url.host} answered ${method} with something that is not JSON-RPC.`);
      if (answer.error !== undefined && answer.error !== null) throw refused(method, answer.error);
      return answer.result;
    },
  };
}

export function overWallet(name: string, provider: WalletProvider): Chain {
  return {
    label: name,
    request: async (method, params) => {
      try {
        return await provider.request({ method, params });
      } catch (error) {
        throw refused(method, typeof error === 'object' && error !== null ? error : { message: refusalInWords(error) });
      }
    },
  };
}

function quantity(answer: unknown, what: string): bigint {
  if (typeof answer !== 'string' || !/^0x[0-9a-fA-F]+$/.test(answer)) throw new PageProblem('ANSWER_INVALID', `${what} is ${String(answer).slice(0, 40)}, expected a number in hex.`);
  return BigInt(answer);
}

export const hexOf = (value: number | bigint): Hex => `0x${value.toString(16)}`;
export const chainIdOf = async (chain: Chain): Promise<number> => Number(quantity(await chain.request('eth_chainId', []), 'The chain’s id'));
export const call = (chain: Chain, to: string, data: string, from?: string): Promise<unknown> => chain.request('eth_call', [{ to, data, ...(from === undefined ? {} : { from }) }, 'latest']);

export async function codeAt(chain: Chain, address: string, block: number | 'latest' = 'latest'): Promise<string> {
  const code = await chain.request('eth_getCode', [address, block === 'latest' ? block : hexOf(block)]);
  if (typeof code !== 'string' || !/^0x([0-9a-fA-F]{2})*$/.test(code)) throw new PageProblem('ANSWER_INVALID', `The code at ${address} is no code: ${String(code).slice(0, 40)}.`);
  return code;
}

/** The newest block's number and time (chain seconds). */
export async function headOf(chain: Chain): Promise<{ number: number; timestamp: number }> {
  const block = (await chain.request('eth_getBlockByNumber', ['latest', false])) as { number?: unknown; timestamp?: unknown } | null;
  return { number: Number(quantity(block?.number, 'The newest block’s number')), timestamp: Number(quantity(block?.timestamp, 'The newest block’s time')) };
}

export interface Receipt {
  readonly succeeded: boolean;
  readonly blockNumber: number;
}

/** Null while the transaction is in no block. */
export async function receiptOf(chain: Chain, hash: string): Promise<Receipt | null> {
  const receipt = (await chain.request('eth_getTransactionReceipt', [hash])) as { status?: unknown; blockNumber?: unknown } | null;
  if (receipt === null || receipt === undefined || receipt.blockNumber === null) return null;
  return { succeeded: quantity(receipt.status, 'The receipt’s status') === 1n, blockNumber: Number(quantity(receipt.blockNumber, 'The receipt’s block')) };
}

/** At most `lanes` of the works at once; results in the order of the items. */
export async function inLanes<T, R>(items: readonly T[], work: (item: T) => Promise<R>, lanes = 4): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const mine = next;
      next += 1;
      results[mine] = await work(items[mine] as T);
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, items.length) }, lane));
  return results;
}
