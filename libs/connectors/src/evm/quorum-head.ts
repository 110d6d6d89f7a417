import { setTimeout as sleep } from 'node:timers/promises';
import { BallastError } from '@ballast/units';
import { RpcBlind, RpcDisagreement } from '../errors.js';
import { inOrder, namesOf, type Endpoint } from './endpoint.js';
import { largestGroup, recordVotes, voteOf, type Vote } from './votes.js';
import { parseAnswer, wire } from './wire.js';

/** How far below the heads a common block is looked for when they are on different forks. */
const DEEPEST_FORK = 8n;
const PATIENCE_MS = 1_000;
const METHOD = 'eth_getBlockByNumber';

export interface HeadSeen {
  readonly number: bigint;
  readonly hash: string;
  /** The block as a node gave it. */
  readonly value: unknown;
}

interface Latest extends HeadSeen {
  readonly vote: Vote;
}

/**
 * The highest block whose hash a quorum knows: each endpoint is asked for its newest block, and those ahead of it for their block at the lower height.
 * Each endpoint's lag behind the newest block on the same chain is put on record. `before` is what was found the last time.
 * @throws RpcBlind when too few answer
 * @throws RpcDisagreement when the heads have no common block within eight blocks
 */
export async function findHead(endpoints: readonly Endpoint[], quorum: number, before: HeadSeen | null): Promise<HeadSeen> {
  const { latests, failures } = await newestOfEach(endpoints, quorum);
  const expected = `one newest block from ${quorum} of ${endpoints.length} endpoints`;
  if (latests.length < quorum) {
    const given = [...latests.map(({ vote, number }) => `block ${number} from ${vote.endpoint.name}`), ...failures.map((error) => error.message)].join('; ');
    throw new RpcBlind(namesOf(endpoints), METHOD, given || 'no endpoint that may be asked now', expected);
  }
  for (const height of heightsToTry(latests, quorum)) {
    const votes = await votesAt(latests, height);
    const group = largestGroup(votes.filter(({ answer }) => !answer.isAbsent));
    const [first] = group;
    if (first === undefined || group.length < quorum) continue;
    recordVotes(group, votes, METHOD);
    const head = blockOf(first);
    recordHeads(latests, group, head, before);
    return head;
  }
  const given = latests.map(({ vote, number, hash }) => `block ${number} (${hash.slice(0, 10)}) from ${vote.endpoint.name}`).join('; ');
  for (const { vote } of latests) vote.endpoint.differed(`no common block: ${given}`);
  throw new RpcDisagreement(namesOf(endpoints), METHOD, given, expected);
}

async function newestOfEach(endpoints: readonly Endpoint[], quorum: number): Promise<{ latests: readonly Latest[]; failures: readonly BallastError[] }> {
  const latests: Latest[] = [];
  const failures: BallastError[] = [];
  const ask = async (some: readonly Endpoint[]): Promise<void> => {
    for (const outcome of await Promise.all(some.map((endpoint) => voteOf(endpoint, METHOD, ['latest', false])))) {
      if (outcome instanceof BallastError) failures.push(outcome);
      else if (!outcome.answer.isAbsent) latests.push({ ...blockOf(outcome), vote: outcome });
    }
  };
  // A node that only stands still answers quickly and is asked each time, so that it is seen to move again; one that is away would keep all waiting.
  const open = inOrder(endpoints);
  const quick = open.filter((endpoint) => !endpoint.isAway);
  const [first, rest] = quick.length >= quorum ? [quick, open.filter((endpoint) => !quick.includes(endpoint))] : [open, []];
  await ask(first);
  if (latests.length < quorum) await ask(rest);
  // One of few is late: one that was away may know better, and is given a moment.
  else if (rest.length > 0 && latests.some(({ number }) => number > topOf(latests, quorum))) await Promise.race([ask(rest), sleep(PATIENCE_MS, undefined, { ref: false })]);
  return { latests: [...latests], failures };
}

/** The highest block that a quorum claims to have. */
const topOf = (latests: readonly Latest[], quorum: number): bigint => latests.map(({ number }) => number).sort((a, b) => (a < b ? 1 : a > b ? -1 : 0))[quorum - 1] ?? 0n;

/** From the highest that a quorum claims to have downwards: every lower claim, and some blocks below for forks. */
function heightsToTry(latests: readonly Latest[], quorum: number): readonly bigint[] {
  const top = topOf(latests, quorum);
  const below = Array.from({ length: Number(DEEPEST_FORK) + 1 }, (_, depth) => top - BigInt(depth));
  return [...new Set([...below, ...latests.map(({ number }) => number).filter((height) => height < top)])].filter((height) => height >= 0n).sort((a, b) => (a < b ? 1 : -1));
}

async function votesAt(latests: readonly Latest[], height: bigint): Promise<readonly Vote[]> {
  const there = latests.filter(({ number }) => number >= height);
  const outcomes = await Promise.all(there.map(({ vote, number }) => (number === height ? vote : voteOf(vote.endpoint, METHOD, [`0x${height.toString(16)}`, false]))));
  return outcomes.filter((outcome): outcome is Vote => !(outcome instanceof BallastError));
}

/** Only a head on the agreed chain counts as ahead: a node that invents a far one makes no other look late. */
function recordHeads(latests: readonly Latest[], group: readonly Vote[], head: HeadSeen, before: HeadSeen | null): void {
  const agreeing = latests.filter(({ vote }) => group.some(({ endpoint }) => endpoint === vote.endpoint));
  const newest = agreeing.reduce((most, { number }) => (number > most ? number : most), head.number);
  const moved = before !== null && head.number > before.number;
  for (const { vote, number, hash } of latests) vote.endpoint.showedHead(hash, number < newest ? Number(newest - number) : 0, moved);
}

function blockOf({ answer }: Vote): HeadSeen {
  const { number, hash } = parseAnswer(METHOD, wire.block, answer.value);
  return { number, hash, value: answer.value };
}
