/** ccxt's own client, as an owner's terminal has it: he trades by hand with it, with names of orders that are none of ours. `privateKey` is the account's, or an agent's of it. */
export async function plainHyperliquid({ url, account, privateKey }: { readonly url: string; readonly account: string; readonly privateKey: string }) {
  const { default: ccxt } = await import('ccxt');
  class Plain extends ccxt.hyperliquid {
    override async initializeClient() {
      return true;
    }
  }
  return new Plain({ walletAddress: account, privateKey, enableRateLimit: false, urls: { api: { public: url, private: url } }, options: { sandboxMode: true } });
}
