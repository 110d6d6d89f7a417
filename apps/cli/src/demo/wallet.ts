import { JsonRpcProvider, Wallet, getBytes, isHexString, type TypedDataField } from 'ethers';
import { z } from 'zod';

const transaction = z.object({ to: z.string(), data: z.string().optional(), value: z.string().optional() });
const typedData = z.object({
  domain: z.record(z.string(), z.unknown()),
  types: z.record(z.string(), z.array(z.object({ name: z.string(), type: z.string() }))),
  message: z.record(z.string(), z.unknown()),
});

export class UnknownAccount extends Error {
  constructor(readonly account: string) {
    super(`${account} is not one of the built-in accounts`);
  }
}

/** The wallet of the demo's built-in accounts. It answers like an injected one (EIP-1193), so the page uses the same code for both. */
export class DemoWallet {
  private readonly wallets = new Map<string, Wallet>();
  private readonly provider: JsonRpcProvider;

  constructor(rpcUrl: string) {
    this.provider = new JsonRpcProvider(rpcUrl, undefined, { staticNetwork: true, cacheTimeout: -1, pollingInterval: 200 });
  }

  add(privateKey: string): void {
    const wallet = new Wallet(privateKey, this.provider);
    this.wallets.set(wallet.address.toLowerCase(), wallet);
  }

  clear(): void {
    this.wallets.clear();
  }

  close(): void {
    this.provider.destroy();
  }

  /** Answers one request. `eth_sendTransaction` returns the hash once the transaction is accepted. @throws UnknownAccount */
  async request(account: string, method: string, params: readonly unknown[]): Promise<unknown> {
    if (method === 'eth_accounts' || method === 'eth_requestAccounts') return [...this.wallets.values()].map((wallet) => wallet.address);
    if (method === 'eth_getCode' || method === 'eth_getTransactionReceipt') return this.provider.send(method, [...params]);
    if (method === 'eth_chainId') return `0x${(await this.provider.getNetwork()).chainId.toString(16)}`;
    const wallet = this.wallets.get(account.toLowerCase());
    if (!wallet) throw new UnknownAccount(account);
    switch (method) {
      case 'personal_sign': {
        const message = z.string().parse(params[0]);
        return wallet.signMessage(isHexString(message) ? getBytes(message) : message);
      }
      case 'eth_signTypedData_v4': {
        const given = params[1];
        const { domain, types, message } = typedData.parse(typeof given === 'string' ? JSON.parse(given) : given);
        const { EIP712Domain: _implied, ...named } = types as Record<string, TypedDataField[]>;
        return wallet.signTypedData(domain, named, message);
      }
      case 'eth_sendTransaction': {
        const { to, data, value } = transaction.parse(params[0]);
        const sent = await wallet.sendTransaction({ to, data, value: value ? BigInt(value) : 0n });
        return sent.hash;
      }
      default:
        throw new Error(`${method} is not supported by the demo's wallet`);
    }
  }
}
