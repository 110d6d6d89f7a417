import { Contract, Interface, Signature, Wallet, concat, type JsonRpcProvider } from 'ethers';
import { safeBatch } from '@ballast/execution/planner';
import { address, chainId } from '@ballast/units';
import { interfaceOf, safeArtifact } from '../../libs/devchain/src/artifacts.js';
import type { Devchain } from '@ballast/devchain';

const safeAbi = interfaceOf(safeArtifact('Safe'));
const factoryAbi = interfaceOf(safeArtifact('SafeProxyFactory'));
const NOBODY = `0x${'0'.repeat(40)}`;

/** What the owners of a Safe sign. */
export interface SafeTypedData {
  readonly domain: object;
  readonly types: Record<string, { readonly name: string; readonly type: string }[]>;
  readonly message: object;
}

/** A real Safe on the local chain, and the keys of those who own it. The first owner pays for its transactions. */
export class SafeWallet {
  private constructor(readonly address: string, readonly owners: readonly Wallet[], private readonly chain: Devchain) {}

  /** Creates the Safe's proxy with these owners. */
  static async create(chain: Devchain, keys: readonly string[], threshold: number): Promise<SafeWallet> {
    const provider: JsonRpcProvider = chain.provider;
    const owners = keys.map((key) => new Wallet(key, provider));
    const { singleton, proxyFactory, fallbackHandler } = chain.deployment.safe;
    const setup = safeAbi.encodeFunctionData('setup', [owners.map((owner) => owner.address), threshold, NOBODY, '0x', fallbackHandler, NOBODY, 0, NOBODY]);
    const factory = new Contract(proxyFactory, factoryAbi, owners[0]);
    const receipt = await (await factory.getFunction('createProxyWithNonce')(singleton, setup, Date.now())).wait();
    const created = (receipt.logs as { topics: string[]; data: string }[]).map((log) => factoryAbi.parseLog(log)).find((log) => log?.name === 'ProxyCreation');
    if (!created) throw new Error('the factory created no Safe');
    return new SafeWallet(String(created.args['proxy']), owners, chain);
  }

  /** The transaction's hash as the Safe itself reckons it. */
  async hashOf(message: Record<string, unknown>): Promise<string> {
    const { to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver, nonce } = message;
    return String(await this.contract().getFunction('getTransactionHash')(to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver, nonce));
  }

  /** Signs with the first `signers` owners and sends. @throws when the Safe refuses, or a call of the batch fails */
  async execute(typedData: SafeTypedData, signers: number): Promise<string> {
    const { EIP712Domain: _implied, ...types } = typedData.types;
    const signed = await Promise.all(this.owners.slice(0, signers).map(async (owner) => ({ owner: owner.address.toLowerCase(), signature: await owner.signTypedData(typedData.domain, types, typedData.message) })));
    // The Safe wants them in the order of the signers' addresses.
    const signatures = concat(signed.toSorted((a, b) => (a.owner < b.owner ? -1 : 1)).map(({ signature }) => Signature.from(signature).serialized));
    const { to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver } = typedData.message as Record<string, unknown>;
    const sent = await this.contract().getFunction('execTransaction')(to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver, signatures, { gasLimit: 5_000_000n });
    const receipt = await sent.wait();
    if (receipt.status !== 1) throw new Error('the Safe’s transaction failed');
    return String(sent.hash);
  }

  /** Makes calls of the owners' own choice, all or none. */
  async batch(calls: readonly { readonly to: string; readonly abi: Interface; readonly method: string; readonly args: readonly unknown[] }[], signers: number): Promise<void> {
    const nonce = BigInt(await this.contract().getFunction('nonce')());
    const plain = calls.map(({ to, abi, method, args }) => ({ to: address(to), data: abi.encodeFunctionData(method, [...args]) as `0x${string}` }));
    await this.execute(safeBatch(chainId(this.chain.chainId), address(this.address), nonce, address(this.chain.deployment.safe.multiSendCallOnly), plain).typedData, signers);
  }

  private contract(): Contract {
    return new Contract(this.address, safeAbi, this.owners[0]);
  }
}
