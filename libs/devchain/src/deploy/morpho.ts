import { AbiCoder, keccak256 } from 'ethers';
import { erc20Abi } from '../abis.js';
import { interfaceOf, morphoArtifact } from '../artifacts.js';
import type { Artifacts } from '../compile.js';
import type { Sender } from '../sender.js';
import { artifactOf } from './lookup.js';
import { morphoPlans, tokenOf, type Deployment, type MorphoMarket, type Token } from './market.js';
import { issue } from './tokens.js';

/** The id of a Morpho market: the hash of its five parameters. */
const marketId = (market: Omit<MorphoMarket, 'id'>): string =>
  keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'address', 'address', 'address', 'uint256'], paramsOf(market)));

const paramsOf = ({ loanToken, collateralToken, oracle, irm, lltv }: Omit<MorphoMarket, 'id'>): readonly string[] => [loanToken, collateralToken, oracle, irm, lltv];

/** Deploys Morpho Blue with its adaptive interest rate model and our markets, each with an oracle of its own and liquidity from `whale`. */
export async function deployMorpho(sender: Sender, whale: Sender, artifacts: Artifacts, tokens: readonly Token[], feeds: Deployment['feeds']): Promise<Deployment['morpho']> {
  const abi = interfaceOf(morphoArtifact('Morpho'));
  const address = await sender.deploy(morphoArtifact('Morpho'), [sender.address]);
  const irm = await sender.deploy(morphoArtifact('AdaptiveCurveIrm'), [address]);
  const execute = (by: Sender, method: string, args: readonly unknown[]) => by.execute({ to: address, abi, method, args });
  await execute(sender, 'enableIrm', [irm]);

  const markets: MorphoMarket[] = [];
  for (const { collateral, loan, lltv, supplied } of morphoPlans) {
    const [collateralToken, loanToken] = [tokenOf({ tokens }, collateral), tokenOf({ tokens }, loan)];
    const oracle = await sender.deploy(artifactOf(artifacts, 'FeedRatioOracle'), [feeds[collateral], feeds[loan], collateralToken.address, loanToken.address]);
    const params = { loanToken: loanToken.address, collateralToken: collateralToken.address, oracle, irm, lltv: String(lltv) };
    await execute(sender, 'enableLltv', [lltv]);
    await execute(sender, 'createMarket', [paramsOf(params)]);
    const amount = supplied * 10n ** BigInt(loanToken.decimals);
    for (const hash of await issue(whale, loanToken, whale.address, amount)) await whale.receipt(hash);
    await whale.execute({ to: loanToken.address, abi: erc20Abi, method: 'approve', args: [address, amount] });
    await execute(whale, 'supply', [paramsOf(params), amount, 0, whale.address, '0x']);
    markets.push({ id: marketId(params), ...params });
  }
  return { address, irm, markets };
}
