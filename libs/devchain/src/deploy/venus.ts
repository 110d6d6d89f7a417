import { MaxUint256 } from 'ethers';
import { erc20Abi } from '../abis.js';
import { interfaceOf, venusArtifact } from '../artifacts.js';
import type { Sender } from '../sender.js';
import { listings, tokenOf, venusPlans, type Deployment, type Token, type VenusSymbol } from './market.js';
import { issue } from './tokens.js';

const WAD = 10n ** 18n;
const facets = [['MarketFacet', 'IMarketFacet'], ['PolicyFacet', 'IPolicyFacet'], ['RewardFacet', 'IRewardFacet'], ['SetterFacet', 'ISetterFacet']] as const;

/** A price in USD with 8 decimals as Venus's oracle holds it: so scaled that price x units / 1e18 is in USD with 18 decimals. */
export const venusPrice = (price: bigint, decimals: number): bigint => price * 10n ** BigInt(28 - decimals);

/** Deploys Venus's core pool: a comptroller of four facets, and the planned markets with liquidity from `whale`. Its oracle is at the feeds' start prices and stays there until it is set. */
export async function deployVenus(sender: Sender, whale: Sender, tokens: readonly Token[]): Promise<Deployment['venus']> {
  const comptroller = await deployComptroller(sender);
  const setter = interfaceOf(venusArtifact('ISetterFacet'));
  const set = (method: string, args: readonly unknown[]) => sender.execute({ to: comptroller, abi: setter, method, args });
  const oracle = await sender.deploy(venusArtifact('SimplePriceOracle'));
  await set('_setAccessControl', [await sender.deploy(venusArtifact('AccessControlManagerMock'), [sender.address])]);
  await set('_setComptrollerLens', [await sender.deploy(venusArtifact('ComptrollerLens'))]);
  await set('_setPriceOracle', [oracle]);
  await set('_setCloseFactor', [WAD / 2n]);
  await set('_setLiquidationIncentive', [(WAD * 110n) / 100n]);

  const rates = await sender.deploy(venusArtifact('JumpRateModel'), [0, WAD / 20n, WAD, (WAD * 80n) / 100n]);
  const vTokens: Partial<Record<VenusSymbol, string>> = {};
  for (const { symbol, collateralFactor, supplied } of venusPlans) {
    const token = tokenOf({ tokens }, symbol);
    // 1 vToken of 8 decimals begins at 0.02 of the underlying.
    const exchangeRate = 2n * 10n ** BigInt(token.decimals + 8);
    const vToken = await sender.deploy(venusArtifact('VBep20Immutable'), [token.address, comptroller, rates, exchangeRate, `Venus ${symbol}`, `v${symbol}`, 8, sender.address]);
    vTokens[symbol] = vToken;
    await sender.execute({ to: comptroller, abi: interfaceOf(venusArtifact('IMarketFacet')), method: '_supportMarket', args: [vToken] });
    const price = listings.find((listing) => listing.symbol === symbol)?.startPrice ?? 0n;
    await sender.execute({ to: oracle, abi: interfaceOf(venusArtifact('SimplePriceOracle')), method: 'setUnderlyingPrice', args: [vToken, venusPrice(price, token.decimals)] });
    await set('_setMarketSupplyCaps', [[vToken], [MaxUint256]]);
    await set('_setMarketBorrowCaps', [[vToken], [MaxUint256 / 2n]]);
    await set('_setCollateralFactor', [vToken, collateralFactor]);
    const amount = supplied * 10n ** BigInt(token.decimals);
    for (const hash of await issue(whale, token, whale.address, amount)) await whale.receipt(hash);
    await whale.execute({ to: token.address, abi: erc20Abi, method: 'approve', args: [vToken, amount] });
    await whale.execute({ to: vToken, abi: interfaceOf(venusArtifact('VBep20Immutable')), method: 'mint', args: [amount] });
  }
  return { comptroller, oracle, vTokens: vTokens as Deployment['venus']['vTokens'] };
}

async function deployComptroller(sender: Sender): Promise<string> {
  const unitroller = await sender.deploy(venusArtifact('Unitroller'));
  const diamond = await sender.deploy(venusArtifact('Diamond'));
  await sender.execute({ to: unitroller, abi: interfaceOf(venusArtifact('Unitroller')), method: '_setPendingImplementation', args: [diamond] });
  await sender.execute({ to: diamond, abi: interfaceOf(venusArtifact('Diamond')), method: '_become', args: [unitroller] });
  const cuts: (readonly [string, number, readonly string[]])[] = [];
  for (const [facet, face] of facets) {
    const address = await sender.deploy(venusArtifact(facet));
    const functions = interfaceOf(venusArtifact(face)).fragments.filter(({ type }) => type === 'function');
    cuts.push([address, 0, functions.map((fragment) => interfaceOf(venusArtifact(face)).getFunction(fragment.format('sighash'))?.selector ?? '')]);
  }
  await sender.execute({ to: unitroller, abi: interfaceOf(venusArtifact('Diamond')), method: 'diamondCut', args: [cuts] }, { gasLimit: 12_000_000n });
  return unitroller;
}
