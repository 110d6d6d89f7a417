import {
  aaveFillerAbi, aaveFillerBytecode, aaveGuardAbi, aaveGuardBytecode, keepersAbi, keepersBytecode, morphoFillerAbi, morphoFillerBytecode, morphoGuardAbi, morphoGuardBytecode,
  venusGuardAbi, venusGuardBytecode,
} from '@ballast/contracts';
import { AbiCoder, ZeroAddress, concat, keccak256 } from 'ethers';
import type { Artifact } from '../artifacts.js';
import { keeperLanes, type Accounts } from '../accounts.js';
import type { Sender } from '../sender.js';
import { feedPromises, fillPlans, morphoPlans, tokenOf, type Deployment, type TokenSymbol } from './market.js';

const ours = (name: string, abi: readonly unknown[], bytecode: string): Artifact => ({ name, abi, bytecode, linkReferences: {} });
const artifacts = {
  aaveGuard: ours('AaveGuard', aaveGuardAbi, aaveGuardBytecode),
  aaveFiller: ours('AaveFiller', aaveFillerAbi, aaveFillerBytecode),
  morphoGuard: ours('MorphoGuard', morphoGuardAbi, morphoGuardBytecode),
  morphoFiller: ours('MorphoFiller', morphoFillerAbi, morphoFillerBytecode),
  venusGuard: ours('VenusGuard', venusGuardAbi, venusGuardBytecode),
  keepers: ours('Keepers', keepersAbi, keepersBytecode),
};

/** Changes when our contracts change, so that a saved chain state with older ones is not used. */
export function ballastKey(): string {
  return keccak256(concat(Object.values(artifacts).map(({ bytecode }) => bytecode)));
}

type Market = Pick<Deployment, 'tokens' | 'feeds' | 'aave' | 'uniswap' | 'morpho' | 'venus'>;

/**
 * Deploys the guards, the fillers of those that FILL, then the keepers contract that lists the fillers, the keeper's lanes and its backup. All
 * these keys may take themselves off the list. There is no CometGuard: no package holds the Compound III it would guard.
 */
export async function deployBallast(sender: Sender, market: Market, accounts: Accounts): Promise<Pick<Deployment, 'ballast' | 'fillPairs' | 'fillMarkets'>> {
  const { aave, uniswap, morpho } = market;
  const routers = [uniswap.swapRouter];
  const aaveGuard = await sender.deploy(artifacts.aaveGuard, [aave.pool]);
  const aaveFiller = await sender.deploy(artifacts.aaveFiller, [aaveGuard, routers, morpho.address]);
  const morphoGuard = await sender.deploy(artifacts.morphoGuard, [morpho.address]);
  const morphoFiller = await sender.deploy(artifacts.morphoFiller, [morphoGuard, routers, aave.pool]);
  const venusGuard = await sender.deploy(artifacts.venusGuard, [market.venus.comptroller]);
  const keys = [...keeperLanes(accounts).map(({ address }) => address), accounts.backupKeeper.address];
  const keepers = await sender.deploy(artifacts.keepers, [accounts.remover.address, [...keys, aaveFiller, morphoFiller], keys, pricedPairs(market), ZeroAddress]);
  return { ballast: { aaveGuard, aaveFiller, morphoGuard, morphoFiller, venusGuard, keepers }, fillPairs: fillPairs(market), fillMarkets: fillMarkets(market) };
}

/** What the keepers contract pins: for each pair of Aave and each Morpho market the source that the venue names, and the feed behind it. */
function pricedPairs(market: Market): readonly unknown[] {
  const { feeds, morpho } = market;
  const feed = (symbol: TokenSymbol, source: string): readonly unknown[] => {
    const promise = promiseOf(symbol);
    return [source, feeds[symbol], promise.heartbeat, promise.deviationBps];
  };
  const address = (symbol: TokenSymbol): string => tokenOf(market, symbol).address;
  const onAave = fillPlans.map(({ collateral, debt }) => [
    keccak256(AbiCoder.defaultAbiCoder().encode(['address', 'address'], [address(collateral), address(debt)])), feed(collateral, feeds[collateral]), feed(debt, feeds[debt]),
  ]);
  const onMorpho = pricedMarkets(morpho).map(({ id, oracle, plan }) => [id, feed(plan.collateral, oracle), feed(plan.loan, oracle)]);
  return [...onAave, ...onMorpho];
}

/** A ratio of an asset to its own wrapper has no feed that is at most 50 bps behind: such a market is not filled. */
const pricedMarkets = ({ markets }: Deployment['morpho']) =>
  markets.flatMap(({ id, oracle }, index) => {
    const plan = morphoPlans[index];
    return plan === undefined || feedPromises[plan.collateral] === undefined ? [] : [{ id, oracle, plan }];
  });

const fillMarkets = ({ morpho }: Market): Deployment['fillMarkets'] =>
  pricedMarkets(morpho).map(({ id, plan }) => ({ marketId: id, deviationBps: Math.max(promiseOf(plan.collateral).deviationBps, promiseOf(plan.loan).deviationBps) }));

const promiseOf = (symbol: TokenSymbol): { readonly heartbeat: number; readonly deviationBps: number } => {
  const promise = feedPromises[symbol];
  if (promise === undefined) throw new Error(`feed of ${symbol}: expected a heartbeat and a deviation, got none`);
  return promise;
};

const fillPairs = (market: Market): Deployment['fillPairs'] =>
  fillPlans.map(({ collateral, debt }) => ({
    collateral: tokenOf(market, collateral).address,
    debt: tokenOf(market, debt).address,
    deviationBps: Math.max(promiseOf(collateral).deviationBps, promiseOf(debt).deviationBps),
  }));
