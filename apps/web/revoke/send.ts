import { refusalInWords, type Wallet } from '../src/wallet/provider.js';
import { same } from './abi.js';
import { call, hexOf, receiptOf, type Chain } from './chain.js';
import { PageProblem, sentenceOf } from './problem.js';

/** A call as it is shown before it is sent. */
export interface PreparedCall {
  readonly title: string;
  readonly to: string;
  readonly toName: string;
  /** The function as its source names it. */
  readonly signature: string;
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>;
  readonly data: string;
  /** What it changes, in a sentence. */
  readonly effect: string;
  /** Errors of the contract by selector, for the trial run. */
  readonly refusals?: Readonly<Record<string, string>>;
  /** Anybody may send it; otherwise only the account itself. */
  readonly byAnyone: boolean;
  /** Reads the chain again and says what holds now. */
  settled(): Promise<{ readonly done: boolean; readonly sentence: string }>;
}

/** The wallet that is connected, and the account it showed. */
export interface Connected {
  readonly wallet: Wallet;
  readonly account: string;
}

export type Stage = 'wallet' | 'sent' | 'done' | 'failed';
export type Report = (stage: Stage, sentence: string) => void;

const POLL_MS = 1_500;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function asked(connected: Connected, method: string, params: readonly unknown[]): Promise<unknown> {
  try {
    return await connected.wallet.provider.request({ method, params });
  } catch (error) {
    throw new PageProblem('WALLET_REFUSED', refusalInWords(error));
  }
}

/** Has the wallet stand on the chain that the page reads. @throws PageProblem when it does not */
export async function standOn(connected: Connected, chainId: number): Promise<void> {
  const stands = async (): Promise<boolean> => Number(await asked(connected, 'eth_chainId', [])) === chainId;
  if (await stands()) return;
  await asked(connected, 'wallet_switchEthereumChain', [{ chainId: hexOf(chainId) }]);
  if (!(await stands())) throw new PageProblem('WRONG_CHAIN', `The wallet stands on another chain. Switch it to chain ${chainId}, then try again.`);
}

async function requireAccount(connected: Connected, account: string): Promise<void> {
  const shared = await asked(connected, 'eth_accounts', []);
  if (Array.isArray(shared) && shared.some((each) => typeof each === 'string' && same(each, account))) return;
  throw new PageProblem('WRONG_ACCOUNT', `The wallet does not offer ${account} to this page. Choose that account in the wallet, connect again, then try again.`);
}

/** Has the owner sign typed data. Nothing is sent. @throws PageProblem with the wallet's refusal */
export async function sign(connected: Connected, chainId: number, owner: string, typedData: Record<string, unknown>): Promise<string> {
  await standOn(connected, chainId);
  await requireAccount(connected, owner);
  const signature = await asked(connected, 'eth_signTypedData_v4', [owner, JSON.stringify(typedData)]);
  if (typeof signature !== 'string' || !/^0x[0-9a-fA-F]+$/.test(signature)) throw new PageProblem('WALLET_REFUSED', 'The wallet gave no signature.');
  return signature;
}

/** What the node says the call would do now: null when it would go through, else the reason in words. */
export async function trial(chain: Chain, prepared: PreparedCall, from: string): Promise<string | null> {
  try {
    await call(chain, prepared.to, prepared.data, from);
    return null;
  } catch (error) {
    const name = error instanceof PageProblem && error.data !== null ? prepared.refusals?.[error.data.slice(0, 10)] : undefined;
    return name === undefined ? sentenceOf(error) : `the contract refuses it with ${name}`;
  }
}

/** Sends, waits until the transaction is in a block, then reads the chain again: only that says whether it is done. */
export async function send(chain: Chain, chainId: number, connected: Connected, owner: string, prepared: PreparedCall, report: Report): Promise<void> {
  try {
    report('wallet', 'Confirm it in your wallet. Nothing is sent yet.');
    await standOn(connected, chainId);
    const from = prepared.byAnyone ? connected.account : owner;
    await requireAccount(connected, from);
    const hash = await asked(connected, 'eth_sendTransaction', [{ from, to: prepared.to, data: prepared.data, value: '0x0' }]);
    if (typeof hash !== 'string') throw new PageProblem('WALLET_REFUSED', 'The wallet gave no transaction.');
    report('sent', `Sent as ${hash}. It is not done until it is in a block; leave this page open.`);
    const receipt = await mined(chain, hash, report);
    if (!receipt.succeeded) throw new PageProblem('FAILED', `The transaction is in block ${receipt.blockNumber} and failed: nothing was changed by it. The lists below show what holds now.`);
    report('sent', `In block ${receipt.blockNumber}. Reading the chain again.`);
    const { done, sentence } = await prepared.settled().catch((error: unknown) => ({ done: false, sentence: `The chain could not be read again, so whether it is done is not known yet: ${sentenceOf(error)}` }));
    report(done ? 'done' : 'failed', `In block ${receipt.blockNumber}. ${sentence}`);
  } catch (error) {
    report('failed', sentenceOf(error));
  }
}

async function mined(chain: Chain, hash: string, report: Report): Promise<{ succeeded: boolean; blockNumber: number }> {
  for (let waited = 0; ; waited += POLL_MS) {
    const receipt = await receiptOf(chain, hash).catch(() => null); // a node that is away for a moment says nothing about the transaction
    if (receipt !== null) return receipt;
    if (waited === 40 * POLL_MS) report('sent', `Sent as ${hash}, and not in a block after a minute. In the wallet you can raise its fee; this page goes on waiting.`);
    await sleep(POLL_MS);
  }
}
