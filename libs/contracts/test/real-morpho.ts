import { createRequire } from 'node:module';
import type { JsonFragment } from 'ethers';
import { usdc, type AaveMarket } from './aave-market.js';
import { deployed } from './fill-market.js';

interface Factory {
  readonly abi: readonly JsonFragment[];
  readonly bytecode: string;
}

/** Morpho Blue as its own packages ship it, on the market's chain, with USDC of its other users in it. Returns its address. */
export async function deployMorpho(market: AaveMarket): Promise<string> {
  const { Morpho__factory: morpho } = createRequire(import.meta.url)('@morpho-org/morpho-blue-bundlers/types/factories/lib/morpho-blue/src/Morpho__factory.js') as { Morpho__factory: Factory };
  const address = await deployed(market, morpho.abi, morpho.bytecode, [market.chain.accounts.deployer.address]);
  await market.give('USDC', address, usdc(10_000_000));
  return address;
}
