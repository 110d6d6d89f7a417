import { Wallet } from 'ethers';
import type { Devchain } from '@ballast/devchain';
import type { OwnerWallet } from '../../apps/cli/src/demo/onboarding.js';

/** An owner's wallet: signs with its own key and sends its own transactions. */
export function walletOf(privateKey: string, chain: Pick<Devchain, 'provider'>): OwnerWallet {
  const wallet = new Wallet(privateKey, chain.provider);
  return {
    address: wallet.address,
    async request(method, params) {
      if (method === 'personal_sign') return wallet.signMessage(params[0] as string);
      if (method === 'eth_signTypedData_v4') {
        const { domain, types, message } = JSON.parse(params[1] as string) as { domain: object; types: Record<string, { name: string; type: string }[]>; message: object };
        const { EIP712Domain: _implied, ...named } = types;
        return wallet.signTypedData(domain, named, message);
      }
      if (method === 'eth_sendTransaction') {
        const { to, data } = params[0] as { to: string; data: string };
        const sent = await wallet.sendTransaction({ to, data });
        await sent.wait();
        return sent.hash;
      }
      throw new Error(`the wallet does not do ${method}`);
    },
  };
}
