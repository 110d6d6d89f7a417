import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Devchain } from '@ballast/devchain';
import { address, type Address } from '@ballast/units';
import { Interface, type InterfaceAbi } from 'ethers';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const solc = createRequire(import.meta.url)('solc') as { compile(input: string, callbacks: { import(path: string): { contents: string } }): string };

export interface Compiled {
  readonly abi: Interface;
  readonly bytecode: string;
}

interface Output {
  readonly errors?: readonly { severity: string; formattedMessage: string }[];
  readonly contracts: Readonly<Record<string, Readonly<Record<string, { abi: InterfaceAbi; evm: { bytecode: { object: string } } }>>>>;
}

/** Every contract of the files (paths from the repository's root), by its name. */
export function compiled(...files: readonly string[]): Readonly<Record<string, Compiled>> {
  const sources = Object.fromEntries(files.map((file) => [file, { content: readFileSync(join(ROOT, file), 'utf8') }]));
  const settings = { optimizer: { enabled: true, runs: 200 }, evmVersion: 'cancun', outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } } };
  const output = JSON.parse(solc.compile(JSON.stringify({ language: 'Solidity', sources, settings }), { import: (path) => ({ contents: readFileSync(join(ROOT, posix.normalize(path)), 'utf8') }) })) as Output;
  const failures = (output.errors ?? []).filter(({ severity }) => severity === 'error');
  if (failures.length > 0) throw new Error(failures.map(({ formattedMessage }) => formattedMessage).join('\n'));
  return Object.fromEntries(Object.values(output.contracts).flatMap((file) => Object.entries(file).map(([name, { abi, evm }]) => [name, { abi: new Interface(abi), bytecode: `0x${evm.bytecode.object}` }])));
}

/** Puts a contract on the local chain and sends to it, as an account that the chain holds the key of; each in a block of its own. */
export class Workshop {
  private constructor(private readonly chain: Devchain, readonly account: string) {}

  static async open(chain: Devchain): Promise<Workshop> {
    await chain.mining.takeInHand();
    await chain.provider.send('anvil_autoImpersonateAccount', [true]);
    return new Workshop(chain, chain.accounts.treasury.address);
  }

  async deploy({ abi, bytecode }: Compiled, ...args: readonly unknown[]): Promise<Address> {
    const { contractAddress } = await this.send(this.account, null, bytecode + abi.encodeDeploy([...args]).slice(2));
    return address(String(contractAddress));
  }

  async act(from: string, to: Address, { abi }: Pick<Compiled, 'abi'>, method: string, ...args: readonly unknown[]): Promise<void> {
    const { status } = await this.send(from, to, abi.encodeFunctionData(method, [...args]));
    if (Number(status) !== 1) throw new Error(`${method}: reverted`);
  }

  async endow(account: string): Promise<void> {
    await this.chain.provider.send('anvil_setBalance', [account, '0x8ac7230489e80000']);
  }

  private async send(from: string, to: Address | null, data: string): Promise<{ status: string; contractAddress: string | null }> {
    const gas = '0x7a1200';
    const hash = (await this.chain.provider.send('eth_sendTransaction', [{ from, ...(to === null ? {} : { to }), data, gas, maxFeePerGas: '0x45d964b800', maxPriorityFeePerGas: '0x3b9aca00' }])) as string;
    await this.chain.mining.mine();
    return (await this.chain.provider.send('eth_getTransactionReceipt', [hash])) as { status: string; contractAddress: string | null };
  }
}
