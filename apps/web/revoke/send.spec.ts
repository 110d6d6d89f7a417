import { describe, expect, it } from 'vitest';
import type { Chain } from './chain.js';
import { PageProblem } from './problem.js';
import { send, sign, trial, type Connected, type PreparedCall, type Stage } from './send.js';

const owner = '0x7A00000000000000000000000000000000000001';
const hash = `0x${'22'.repeat(32)}`;

interface Answers {
  readonly accounts?: readonly string[];
  /** The chain that the wallet stands on, before and after it was asked to change. */
  readonly chains?: readonly [string, string];
  readonly refuses?: string;
}

function walletThat({ accounts = [owner], chains = ['0x1', '0x1'], refuses }: Answers = {}): Connected & { asked: string[] } {
  const asked: string[] = [];
  const request = async ({ method }: { readonly method: string }): Promise<unknown> => {
    asked.push(method);
    if (method === refuses) throw { code: 4001 };
    if (method === 'eth_accounts') return accounts;
    if (method === 'eth_chainId') return asked.includes('wallet_switchEthereumChain') ? chains[1] : chains[0];
    return method === 'eth_sendTransaction' ? hash : '0x1234';
  };
  return { account: owner, asked, wallet: { id: 'test', name: 'Test', icon: null, account: null, provider: { request } } };
}

const chainThat = (receipt: object | null, refusal?: PageProblem): Chain => ({
  label: 'x',
  request: async (method) => {
    if (method === 'eth_call' && refusal !== undefined) throw refusal;
    return method === 'eth_getTransactionReceipt' ? receipt : '0x';
  },
});
const mined = { status: '0x1', blockNumber: '0x10' };
const prepared = (changes: Partial<PreparedCall> = {}): PreparedCall => ({
  title: 'Revoke', to: owner, toName: 'it', signature: 'revokeAll()', fields: [], data: '0x12345678', effect: '', byAnyone: false, refusals: { '0x366d29f7': 'WrongSigner' },
  settled: async () => ({ done: true, sentence: 'All is ended.' }), ...changes,
});
async function reports(connected: Connected, chain: Chain, call: PreparedCall = prepared()): Promise<{ stages: Stage[]; last: string }> {
  const stages: Stage[] = [];
  let last = '';
  await send(chain, 1, connected, owner, call, (stage, sentence) => {
    stages.push(stage);
    last = sentence;
  });
  return { stages, last };
}

describe('sending', () => {
  it('is done when the chain, read again, says so, and not before', async () => {
    expect(await reports(walletThat(), chainThat(mined))).toEqual({ stages: ['wallet', 'sent', 'sent', 'done'], last: 'In block 16. All is ended.' });
    expect(await reports(walletThat(), chainThat(mined), prepared({ settled: async () => ({ done: false, sentence: 'It is still live.' }) }))).toMatchObject({ stages: ['wallet', 'sent', 'sent', 'failed'], last: 'In block 16. It is still live.' });
    const away = prepared({ settled: async () => Promise.reject(new PageProblem('RPC_UNREACHABLE', 'No answer.')) });
    expect((await reports(walletThat(), chainThat(mined), away)).last).toBe('In block 16. The chain could not be read again, so whether it is done is not known yet: No answer.');
  });
  it('has failed when the transaction failed', async () => expect((await reports(walletThat(), chainThat({ status: '0x0', blockNumber: '0x10' }))).last).toMatch(/in block 16 and failed: nothing was changed/));
  it('does not happen from another account, on another chain, or against the reader’s no', async () => {
    const other = walletThat({ accounts: [`0x${'51'.repeat(20)}`] });
    expect((await reports(other, chainThat(mined))).last).toMatch(/does not offer 0x7A00.* to this page/);
    const elsewhere = walletThat({ chains: ['0x5', '0x5'] });
    expect((await reports(elsewhere, chainThat(mined))).last).toMatch(/stands on another chain. Switch it to chain 1/);
    expect((await reports(walletThat({ refuses: 'eth_sendTransaction' }), chainThat(mined))).last).toBe('You turned it down in your wallet. Nothing was signed or sent.');
    for (const { asked } of [other, elsewhere]) expect(asked).not.toContain('eth_sendTransaction');
  });
  it('goes on when the wallet changes to the chain', async () => expect((await reports(walletThat({ chains: ['0x5', '0x1'] }), chainThat(mined))).stages.at(-1)).toBe('done'));
  it('of what anybody may send asks for no certain account', async () => expect((await reports(walletThat(), chainThat(mined), prepared({ byAnyone: true }))).stages.at(-1)).toBe('done'));
});

it('signing sends nothing, and needs the account itself', async () => {
  const wallet = walletThat();
  expect(await sign(wallet, 1, owner, {})).toBe('0x1234');
  expect(wallet.asked).not.toContain('eth_sendTransaction');
  await expect(sign(walletThat({ accounts: [] }), 1, owner, {})).rejects.toThrow('does not offer');
});

it('a trial run says why it would fail, by the contract’s own name where it has one', async () => {
  expect(await trial(chainThat(null), prepared(), owner)).toBeNull();
  expect(await trial(chainThat(null, new PageProblem('RPC_REFUSED', 'reverted', '0x366d29f70000')), prepared(), owner)).toBe('the contract refuses it with WrongSigner');
  expect(await trial(chainThat(null, new PageProblem('RPC_REFUSED', 'The node refused eth_call: reverted.')), prepared(), owner)).toBe('The node refused eth_call: reverted.');
});
