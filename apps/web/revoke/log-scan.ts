import { codeAt, hexOf, type Chain } from './chain.js';
import { isAddress, isHash } from './abi.js';
import { PageProblem } from './problem.js';

export interface LogFilter {
  /** Every contract when not given. */
  readonly address?: string;
  readonly topics: ReadonlyArray<string | readonly string[] | null>;
}

export interface Log {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockNumber: number;
  readonly transactionHash: string;
}

/** What was found so far, and the last block that was looked at: a scan that stopped goes on from there. */
export interface ScanState {
  readonly logs: readonly Log[];
  readonly through: number;
}

/** Blocks asked for at once at first; nodes allow anything from ten to everything. */
const FIRST_SPAN = 50_000;
const TRIES = 3;
const WAIT_MS = 700;

function parseLogs(answer: unknown): Log[] {
  if (!Array.isArray(answer)) throw new PageProblem('ANSWER_INVALID', 'The node answered eth_getLogs with something that is no list.');
  return answer.map((entry) => {
    const { address, topics, data, blockNumber, transactionHash } = entry as Record<string, unknown>;
    const sound = typeof address === 'string' && isAddress(address) && Array.isArray(topics) && topics.every((topic) => typeof topic === 'string' && isHash(topic))
      && typeof data === 'string' && typeof blockNumber === 'string' && /^0x[0-9a-f]+$/i.test(blockNumber) && typeof transactionHash === 'string' && isHash(transactionHash);
    if (!sound) throw new PageProblem('ANSWER_INVALID', 'The node answered eth_getLogs with an entry that is no log.');
    return { address, topics: topics as string[], data, blockNumber: Number(BigInt(blockNumber)), transactionHash };
  });
}

export interface ScanStep extends ScanState {
  readonly span: number;
}

/**
 * Reads logs up to block `to`, in steps that shrink when the node refuses one and grow again while it does not. Yields after each step.
 * @throws PageProblem when nobody answers, or a single block is refused; what was yielded last is where to go on
 */
export async function* scanLogs(chain: Chain, filter: LogFilter, to: number, from: ScanState, pause: (ms: number) => Promise<void> = sleep): AsyncGenerator<ScanStep> {
  let { through } = from;
  const logs = [...from.logs];
  let span = FIRST_SPAN;
  let wasRefused = false;
  let sinceRefusal = 0;
  while (through < to) {
    const last = Math.min(to, through + span);
    const query = { ...(filter.address === undefined ? {} : { address: filter.address }), topics: filter.topics, fromBlock: hexOf(through + 1), toBlock: hexOf(last) };
    const found = await ask(chain, query, pause);
    if (found === null) {
      const asked = last - through;
      if (asked === 1) throw new PageProblem('RPC_REFUSED', `The node refuses the logs of block ${last} even alone.`);
      span = Math.max(1, Math.floor(asked / 4));
      wasRefused = true;
      sinceRefusal = 0;
      continue;
    }
    logs.push(...found);
    through = last;
    sinceRefusal += 1;
    // A node that refused once refuses again soon: after that, only every eighth step is a longer one.
    if (!wasRefused || sinceRefusal % 8 === 0) span *= 2;
    yield { logs: [...logs], through, span };
  }
}

/** Null when the node refused. A node that gave no answer is asked again. */
async function ask(chain: Chain, query: object, pause: (ms: number) => Promise<void>): Promise<Log[] | null> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return parseLogs(await chain.request('eth_getLogs', [query]));
    } catch (error) {
      if (!(error instanceof PageProblem) || error.code === 'ANSWER_INVALID') throw error;
      if (error.code === 'RPC_REFUSED' && !/rate.?limit|too many requests|\b429\b/i.test(error.message)) return null;
      if (attempt === TRIES) throw error;
      await pause(WAIT_MS * attempt);
    }
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The first block at which there is code: back from the head in growing steps, then by halving. Null when the node does not know so old a state. */
export async function deployedAt(chain: Chain, address: string, head: number): Promise<number | null> {
  const empty = async (block: number): Promise<boolean> => (await codeAt(chain, address, block)) === '0x';
  try {
    let [without, withCode] = [head - 1, head];
    for (let step = 1; without >= 0 && !(await empty(without)); step *= 2) [without, withCode] = [without - step, without];
    while (withCode - Math.max(without, -1) > 1) {
      const middle = Math.floor((Math.max(without, -1) + withCode) / 2);
      if (await empty(middle)) without = middle;
      else withCode = middle;
    }
    return withCode;
  } catch {
    return null;
  }
}

/** Blocks that a reorganisation may still change: they are read again next time. */
const UNSETTLED = 64;
const keyOf = (chainId: number, filter: LogFilter): string => `ballast.revoke.logs.${chainId}.${JSON.stringify([filter.address ?? null, filter.topics]).toLowerCase()}`;

async function hashOf(chain: Chain, block: number): Promise<string | null> {
  const found = (await chain.request('eth_getBlockByNumber', [hexOf(block), false])) as { hash?: unknown } | null;
  return typeof found?.hash === 'string' ? found.hash : null;
}

/** Keeps a scan that began at block `from` in this browser, so that closing the page loses nothing. */
export async function keepScan(chain: Chain, chainId: number, filter: LogFilter, from: number, { logs, through }: ScanState): Promise<void> {
  const settled = through - UNSETTLED;
  if (settled < from) return;
  try {
    const kept = { from, through: settled, hash: await hashOf(chain, settled), logs: logs.filter(({ blockNumber }) => blockNumber <= settled) };
    localStorage.setItem(keyOf(chainId, filter), JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing scans anew next time.
  }
}

/** The scan kept for this filter; null when there is none, it began later than `from`, or the chain is no longer the one it read. */
export async function keptScan(chain: Chain, chainId: number, filter: LogFilter, from: number): Promise<ScanState | null> {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(chainId, filter)) ?? 'null') as { from?: unknown; through?: unknown; hash?: unknown; logs?: unknown } | null;
    if (kept === null || typeof kept.from !== 'number' || kept.from > from || typeof kept.through !== 'number' || !Array.isArray(kept.logs)) return null;
    if (typeof kept.hash !== 'string' || (await hashOf(chain, kept.through)) !== kept.hash) return null;
    const logs = parseLogs(kept.logs.map((log) => ({ ...(log as object), blockNumber: hexOf((log as Log).blockNumber) })));
    return { logs: logs.filter(({ blockNumber }) => blockNumber >= from), through: kept.through };
  } catch {
    return null;
  }
}
