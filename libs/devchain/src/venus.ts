import { venusOracleAbi } from './abis.js';
import { tokenOf, venusPlans } from './deploy/market.js';
import { venusPrice } from './deploy/venus.js';
import type { Devchain } from './devchain.js';

/**
 * Sets the prices of Venus's oracle to what the feeds say in the last block: it does not read them itself. Resolves when a block holds
 * them or, while somebody holds the blocks in hand, when they wait for the next one.
 */
export async function setVenusPrices(chain: Devchain): Promise<void> {
  const { deployment, accounts, feeds, mining } = chain;
  const transmitter = chain.sender(accounts.transmitter);
  const sent: string[] = [];
  for (const { symbol } of venusPlans) {
    const { price } = await feeds.latest(symbol);
    const args = [deployment.venus.vTokens[symbol], venusPrice(price, tokenOf(deployment, symbol).decimals)];
    sent.push(await transmitter.send({ to: deployment.venus.oracle, abi: venusOracleAbi, method: 'setUnderlyingPrice', args }, { gasLimit: 200_000n }));
  }
  if (mining.isInHand) return;
  await mining.flush();
  for (const hash of sent) await transmitter.receipt(hash);
}
