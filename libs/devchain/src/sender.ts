import { setTimeout as sleep } from 'node:timers/promises';
import { getCreateAddress, Interface, JsonRpcProvider, Wallet, type JsonRpcApiProvider, type TransactionReceipt } from 'ethers';
import { interfaceOf, link, type Artifact } from './artifacts.js';
import type { DevAccount } from './accounts.js';
import { TransactionFailed } from './errors.js';

export const gwei = 1_000_000_000n;
// Far above any base fee of the local chain; what is paid is the base fee plus the tip.
const maxFee = 2_000n * gwei;

/** A provider without caches and without batching delays, for a chain whose blocks come many times a second. */
export function connectTo(rpcUrl: string, chainId: number): JsonRpcProvider {
  return new JsonRpcProvider(rpcUrl, chainId, { staticNetwork: true, cacheTimeout: -1, batchMaxCount: 1, pollingInterval: 50 });
}

/** A call of one contract: where to, which ABI, which function with which arguments. */
export interface Call {
  readonly to: string;
  readonly abi: Interface;
  readonly method: string;
  readonly args: readonly unknown[];
}

export interface SendOptions {
  readonly gasLimit?: bigint;
  /** Wei sent along. */
  readonly value?: bigint;
}

/**
 * Signs and sends for one account, counting its nonce itself, so that many transactions may be under way at once.
 * `errors` is asked for the names of custom errors that a contract's own ABI does not list.
 */
export class Sender {
  readonly address: string;
  private readonly wallet: Wallet;
  private nonce: number | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(readonly provider: JsonRpcApiProvider, account: DevAccount, private readonly chainId: number,
    private readonly errors?: Interface, private readonly tip: bigint = gwei) {
    this.wallet = new Wallet(account.privateKey);
    this.address = account.address;
  }

  /** Sends a call and returns its hash without waiting for a block. @throws TransactionFailed when the chain does not take it */
  send(call: Call, options: SendOptions = {}): Promise<string> {
    const data = call.abi.encodeFunctionData(call.method, [...call.args]);
    return this.submit(call.method, { to: call.to, data, gasLimit: options.gasLimit ?? 3_000_000n, value: options.value ?? 0n });
  }

  /** Sends plain ether, in wei. */
  pay(to: string, value: bigint): Promise<string> {
    return this.submit('pay', { to, data: '0x', gasLimit: 21_000n, value });
  }

  /** Sends a call and waits until it is mined. @throws TransactionFailed with the decoded reason when it reverts */
  async execute(call: Call, options: SendOptions = {}): Promise<TransactionReceipt> {
    return this.mined(await this.send(call, options), call);
  }

  async deploy(artifact: Artifact, args: readonly unknown[] = [], libraries: Readonly<Record<string, string>> = {}): Promise<string> {
    const data = link(artifact, libraries) + interfaceOf(artifact).encodeDeploy([...args]).slice(2);
    const nonce = await this.currentNonce();
    const at = getCreateAddress({ from: this.address, nonce }).toLowerCase();
    const hash = await this.submit(`deploy ${artifact.name}`, { data, gasLimit: 12_000_000n, value: 0n });
    const receipt = await this.receipt(hash);
    if (receipt.status !== 1) throw new TransactionFailed(`deploy ${artifact.name}`, 'a revert of the constructor');
    return at;
  }

  async mined(hash: string, call: Call): Promise<TransactionReceipt> {
    const receipt = await this.receipt(hash);
    if (receipt.status !== 1) throw new TransactionFailed(call.method, await this.reason(call, receipt.blockNumber));
    return receipt;
  }

  /** Waits for a receipt; the caller sees to it that blocks are made. */
  async receipt(hash: string): Promise<TransactionReceipt> {
    for (let waited = 0; waited < 30_000; waited += 15) {
      const receipt = await this.provider.getTransactionReceipt(hash);
      if (receipt) return receipt;
      await sleep(15);
    }
    throw new TransactionFailed(hash, 'no receipt in 30 s');
  }

  /** Forgets the counted nonce: the next transaction asks the chain. Called after a failure. */
  resync(): void {
    this.nonce = undefined;
  }

  private async currentNonce(): Promise<number> {
    this.nonce ??= await this.provider.getTransactionCount(this.address, 'pending');
    return this.nonce;
  }

  private submit(action: string, fields: { to?: string; data: string; gasLimit: bigint; value: bigint }): Promise<string> {
    const next = this.queue.then(async () => {
      const nonce = await this.currentNonce();
      const signed = await this.wallet.signTransaction({
        type: 2, chainId: this.chainId, nonce, maxFeePerGas: maxFee, maxPriorityFeePerGas: this.tip, ...fields,
      });
      try {
        const hash = (await this.provider.send('eth_sendRawTransaction', [signed])) as string;
        this.nonce = nonce + 1;
        return hash;
      } catch (error) {
        this.nonce = undefined;
        throw new TransactionFailed(action, messageOf(error));
      }
    });
    this.queue = next.catch(() => undefined);
    return next;
  }

  private async reason(call: Call, blockNumber: number): Promise<string> {
    const data = call.abi.encodeFunctionData(call.method, [...call.args]);
    try {
      await this.provider.send('eth_call', [{ from: this.address, to: call.to, data }, `0x${blockNumber.toString(16)}`]);
      return 'a revert that a repeated call does not show';
    } catch (error) {
      const revert = revertData(error);
      const known = revert === undefined ? null : (this.errors?.parseError(revert) ?? call.abi.parseError(revert));
      return known ? known.name : (revert ?? messageOf(error));
    }
  }
}

export function messageOf(error: unknown): string {
  const { error: direct, info } = error as { error?: { message?: string }; info?: { error?: { message?: string } } };
  const inner = direct?.message ?? info?.error?.message;
  return inner ?? (error instanceof Error ? error.message : String(error));
}

/** The bytes a reverted call gave back, when the node passed them on. */
export function revertData(error: unknown): string | undefined {
  const found = (error as { error?: { data?: unknown }; data?: unknown });
  const data = found.error?.data ?? found.data;
  return typeof data === 'string' && /^0x[0-9a-f]{8,}$/i.test(data) ? data : undefined;
}

/** Reads one view function and returns its decoded results. `blockTag` defaults to the latest block. */
export async function read(provider: JsonRpcApiProvider, call: Call, blockTag: string = 'latest'): Promise<readonly unknown[]> {
  const data = call.abi.encodeFunctionData(call.method, [...call.args]);
  const result = (await provider.send('eth_call', [{ to: call.to, data }, blockTag])) as string;
  return call.abi.decodeFunctionResult(call.method, result);
}
