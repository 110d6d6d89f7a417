import { ZeroAddress } from 'ethers';
import { ChainReads } from './chain-reads.js';
import type { FeedParameters, Parameters } from './parameters.js';
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
    deployerThere(reads), entropyThere(reads), poolAnswers(reads, p), feedsHold(reads, p), sequencerUp(reads, p), routersThere(reads, p), morphoAnswers(reads, p), accountsPlain(reads, p), addressesFree(reads, plan),
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

async function feedsHold(reads: ChainReads, p: Parameters): Promise<DeployProblem[]> {
  if (p.pairs.length === 0) return [];
  const provider = await reads.one(p.aave.pool, 'ADDRESSES_PROVIDER');
  const oracle = provider === null ? null : await reads.one(provider, 'getPriceOracle');
  if (oracle === null) return [{ what: 'aave.pool', given: `${p.aave.pool}, whose price oracle cannot be found`, expected: 'a pool that names its oracle' }];
  const unit = await reads.one(oracle, 'BASE_CURRENCY_UNIT');
  const sides = p.pairs.flatMap((pair, index) => (['collateral', 'debt'] as const).map((side) => ({ what: `pairs.${index}.${side}`, pinned: pair[side] })));
  return (await Promise.all(sides.map(({ what, pinned }) => feedHolds(reads, oracle, unit, what, pinned)))).flat();
}

async function feedHolds(reads: ChainReads, oracle: string, unit: string | null, what: string, pinned: FeedParameters): Promise<DeployProblem[]> {
  const problems: DeployProblem[] = [];
  const source = await reads.one(oracle, 'getSourceOfAsset', [pinned.asset]);
  if (source?.toLowerCase() !== pinned.source.toLowerCase()) problems.push({ what: `${what}.source`, given: pinned.source, expected: `${source ?? 'an answer'}, which Aave’s oracle ${oracle} names for ${pinned.asset}` });
  const decimals = await reads.one(pinned.feed, 'decimals');
  const round = await reads.ask(pinned.feed, 'latestRoundData');
  if (decimals === null || round === null) return [...problems, { what: `${what}.feed`, given: `${pinned.feed}, which does not answer ${decimals === null ? 'decimals' : 'latestRoundData'}`, expected: 'an aggregator as Chainlink’s answer' }];

  const [roundId, answer, , updatedAt] = round as readonly [bigint, bigint, bigint, bigint];
  if (pinned.feed === pinned.source && unit !== null && 10n ** BigInt(decimals) !== BigInt(unit)) problems.push({ what: `${what}.feed`, given: `${pinned.feed} with ${decimals} decimals`, expected: `the oracle’s unit of ${unit}` });
  if (answer <= 0n) problems.push({ what: `${what}.feed`, given: `${pinned.feed}, which answers ${answer}`, expected: 'a price above zero' });
  const age = BigInt(reads.timestamp) - updatedAt;
  const longest = (BigInt(pinned.heartbeat) * 11n) / 10n;
  if (age < 0n || age > longest) problems.push({ what: `${what}.feed`, given: `${pinned.feed}, whose answer is ${age} s old`, expected: `at most ${longest} s, eleven tenths of its heartbeat` });
  const price = pinned.feed === pinned.source ? await reads.one(oracle, 'getAssetPrice', [pinned.asset]) : null;
  if (price !== null && BigInt(price) !== answer) problems.push({ what: `${what}.feed`, given: `${pinned.feed}, which answers ${answer}`, expected: `${price}, which Aave’s oracle gives for ${pinned.asset}` });
  return [...problems, ...(await heartbeatHolds(reads, what, pinned, roundId, updatedAt, longest))];
}

const ROUNDS_LOOKED_AT = 8n;

/** Whether the last rounds came within the declared heartbeat. A feed that keeps no rounds is not held to it. */
async function heartbeatHolds(reads: ChainReads, what: string, pinned: FeedParameters, roundId: bigint, updatedAt: bigint, longest: bigint): Promise<DeployProblem[]> {
  let later = updatedAt;
  for (let back = 1n; back <= ROUNDS_LOOKED_AT && (roundId & 0xffffffffffffffffn) > back; back += 1n) {
    const round = await reads.ask(pinned.feed, 'getRoundData', [roundId - back]);
    const earlier = (round?.[3] as bigint | undefined) ?? 0n;
    if (earlier === 0n) return [];
    if (later - earlier > longest) return [{ what: `${what}.heartbeat`, given: `${pinned.heartbeat} s for ${pinned.feed}`, expected: `a heartbeat that its rounds keep: two of the last came ${later - earlier} s apart` }];
    later = earlier;
  }
  return [];
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

async function morphoAnswers(reads: ChainReads, { morpho }: Parameters): Promise<DeployProblem[]> {
  if (morpho === null) return [];
  return (await reads.one(morpho.address, 'feeRecipient')) === null ? [{ what: 'morpho.address', given: `${morpho.address}, which names no fee recipient`, expected: 'Morpho Blue' }] : [];
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
