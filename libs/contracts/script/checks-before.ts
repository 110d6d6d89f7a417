import { ZeroAddress } from 'ethers';
import type { ChainReads } from './chain-reads.js';
import { checkFeeds } from './feed-checks.js';
import type { Parameters } from './parameters.js';
import { DEPLOYER, DEPLOYER_CODE, type PlannedContract } from './plan.js';
import type { DeployProblem } from './problems.js';

/**
 * Everything that must hold before anything is sent. Returns all that does not.
 * The keepers contract checks none of it but the deviation: a wrong feed there could only be answered by a new contract and new signatures.
 */
export async function checksBefore(reads: ChainReads, p: Parameters, plan: readonly PlannedContract[]): Promise<DeployProblem[]> {
  const chainId = Number(await reads.provider.send('eth_chainId', []));
  if (chainId !== p.chainId) return [{ what: 'chainId', given: String(p.chainId), expected: `${chainId}, which the RPC address serves` }];
  return (await Promise.all([
    deployerThere(reads), entropyThere(reads), poolAnswers(reads, p), checkFeeds(reads, p), sequencerUp(reads, p), routersThere(reads, p), otherVenuesAnswer(reads, p), accountsPlain(reads, p), addressesFree(reads, plan),
  ])).flat();
}

async function deployerThere(reads: ChainReads): Promise<DeployProblem[]> {
  const code = await reads.code(DEPLOYER);
  return code.toLowerCase() === DEPLOYER_CODE ? [] : [{ what: `the deterministic deployer ${DEPLOYER}`, given: code === '0x' ? 'no code' : `code ${code.slice(0, 20)}…`, expected: 'the published code of 69 bytes' }];
}

/** Returns `blockhash(block.number - 1)` and `block.prevrandao` when it is run as creation code. */
const ENTROPY_PROBE = '0x4360019003406000524460205260406000f3';

/** The guard's heads must not be foreseeable: the chain's block hash has to be there and to change. */
async function entropyThere(reads: ChainReads): Promise<DeployProblem[]> {
  const blocks = [0, 1, 2, 8].map((back) => reads.block - back).filter((block) => block > 1);
  const hashes: string[] = [];
  for (const block of blocks) {
    const answer = (await reads.provider.send('eth_call', [{ data: ENTROPY_PROBE }, `0x${block.toString(16)}`]).catch(() => '0x')) as string;
    hashes.push(answer.length === 130 ? answer.slice(2, 66) : '');
  }
  const what = 'blockhash(block.number - 1)';
  const read = hashes.filter((hash) => hash !== '');
  if (read.length === 0) return [{ what, given: 'no answer to a trial run', expected: 'a node that runs creation code in eth_call' }];
  const zero = hashes.findIndex((hash) => /^0+$/.test(hash));
  if (zero !== -1) return [{ what, given: `zero at block ${blocks[zero]}`, expected: 'a hash that is not zero' }];
  return read.length > 1 && new Set(read).size === 1 ? [{ what, given: `0x${read[0]} at ${read.length} blocks`, expected: 'another hash in other blocks' }] : [];
}

async function poolAnswers(reads: ChainReads, p: Parameters): Promise<DeployProblem[]> {
  const { pool } = p.aave;
  const reserves = (await reads.ask(pool, 'getReservesList'))?.[0] as readonly string[] | undefined;
  const expected = 'a pool of Aave v3.6: it lists reserves and names their aTokens';
  if (reserves === undefined || reserves.length === 0) return [{ what: 'aave.pool', given: `${pool}, which lists no reserves`, expected }];
  const first = await reads.one(pool, 'getReserveAToken', [reserves[0]]);
  if (first === null || first === ZeroAddress) return [{ what: 'aave.pool', given: `${pool}, which names no aToken of ${reserves[0]}`, expected }];
  const problems: DeployProblem[] = [];
  for (const [index, pair] of p.pairs.entries()) {
    for (const side of ['collateral', 'debt'] as const) {
      if (!reserves.some((reserve) => reserve.toLowerCase() === pair[side].asset.toLowerCase())) problems.push({ what: `pairs.${index}.${side}.asset`, given: pair[side].asset, expected: `a reserve of ${pool}` });
    }
  }
  return problems;
}

async function sequencerUp(reads: ChainReads, { sequencerFeed }: Parameters): Promise<DeployProblem[]> {
  if (sequencerFeed === null) return [];
  const round = await reads.ask(sequencerFeed, 'latestRoundData');
  const given = round === null ? 'no answer' : `answer ${round[1]}, since ${round[2]}`;
  return round !== null && round[1] === 0n && (round[2] as bigint) > 0n ? [] : [{ what: 'sequencerFeed', given: `${sequencerFeed}: ${given}`, expected: 'a sequencer uptime feed that says up (0)' }];
}

async function routersThere(reads: ChainReads, { routers, uniswapV3 }: Parameters): Promise<DeployProblem[]> {
  const asked = [...routers.map((router, index) => ({ what: `routers.${index}`, address: router })), ...(uniswapV3 === null ? [] : [{ what: 'uniswapV3.quoter', address: uniswapV3.quoter }, { what: 'uniswapV3.swapRouter', address: uniswapV3.swapRouter }])];
  const factories = await Promise.all(asked.map(({ address }) => reads.one(address, 'factory')));
  return asked.flatMap(({ what, address }, index) => (factories[index] === null ? [{ what, given: `${address}, which names no factory`, expected: 'a contract of Uniswap v3’s periphery' }] : []));
}

/** The venues beside Aave, where they are given: each answers what only it has. */
async function otherVenuesAnswer(reads: ChainReads, { morpho, comet, venus }: Parameters): Promise<DeployProblem[]> {
  const problems: DeployProblem[] = [];
  if (morpho !== null && (await reads.one(morpho.address, 'feeRecipient')) === null) problems.push({ what: 'morpho.address', given: `${morpho.address}, which names no fee recipient`, expected: 'Morpho Blue' });
  if (comet !== null && (await reads.one(comet.address, 'baseToken')) === null) problems.push({ what: 'comet.address', given: `${comet.address}, which names no base token`, expected: 'a market of Compound III' });
  const markets = venus === null ? null : (await reads.ask(venus.comptroller, 'getAllMarkets'))?.[0];
  if (venus !== null && !(Array.isArray(markets) && markets.length > 0)) problems.push({ what: 'venus.comptroller', given: `${venus.comptroller}, which lists no markets`, expected: 'the comptroller of Venus’s core pool' });
  return problems;
}

async function accountsPlain(reads: ChainReads, { keepers, remover }: Parameters): Promise<DeployProblem[]> {
  const codes = await Promise.all(keepers.map((keeper) => reads.code(keeper)));
  const contracts = keepers.flatMap((keeper, index) => (codes[index] === '0x' ? [] : [{ what: `keepers.${index}`, given: `${keeper}, which holds code`, expected: 'a plain account: the fillers are added by the script' }]));
  return remover === ZeroAddress ? [...contracts, { what: 'remover', given: remover, expected: 'an account' }] : contracts;
}

/** Where a planned address holds code already, it is the planned one. */
async function addressesFree(reads: ChainReads, plan: readonly PlannedContract[]): Promise<DeployProblem[]> {
  const codes = await Promise.all(plan.map(({ address }) => reads.code(address)));
  return plan.flatMap((item, index) => codeProblem(item, codes[index] ?? '0x', true));
}

export function codeProblem(item: PlannedContract, code: string, mayBeEmpty: boolean): DeployProblem[] {
  if ((mayBeEmpty && code === '0x') || item.isCode(code)) return [];
  return [{ what: `the code at ${item.address}`, given: code === '0x' ? 'none' : `${(code.length - 2) / 2} bytes that are not ours`, expected: `${item.contract} of this version` }];
}
