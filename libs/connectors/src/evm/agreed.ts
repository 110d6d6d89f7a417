import type { BallastError } from '@ballast/units';
import { isNodesFailure, type SendNode, type Simulation } from './send-node.js';

/** How long one answer waits for a second: a node that says nothing must not hold up a rescue. */
const GRACE_MS = 700;

/**
 * Asks two of the nodes at once, and others where one fails or they differ, until two say the same; of these two the answer that tells more. One answer
 * stands alone where no other comes. @throws what `fail` throws where none answers, what `disagreement` makes where no two say the same
 */
export async function agreed(nodes: readonly SendNode[], ask: (node: SendNode) => Promise<Simulation>, fail: (failures: readonly BallastError[]) => never, disagreement: (given: string) => BallastError): Promise<Simulation> {
  const answers: Simulation[] = [];
  const failures: BallastError[] = [];
  const under = new Set<Promise<void>>();
  let next = 0;
  const askNext = (): void => {
    const node = nodes[next++];
    if (node === undefined) return;
    const asked: Promise<void> = ask(node)
      .then((answer) => void answers.push(answer), (error: unknown) => {
        if (!isNodesFailure(error)) throw error;
        failures.push(error);
      })
      .finally(() => under.delete(asked));
    under.add(asked);
  };
  askNext();
  askNext();
  for (let seen = 0; ; ) {
    const [first, ...others] = answers;
    const pair = answers.flatMap((one, index) => answers.slice(index + 1).filter((other) => isSame(one, other)).map((other) => [one, other] as const))[0];
    if (pair !== undefined) return fuller(...pair);
    // Each that failed or differed is made up for by one more.
    for (const wanted = failures.length + others.length; seen < wanted; seen++) askNext();
    if (under.size === 0) {
      if (first === undefined) return fail(failures);
      if (others.length > 0) throw disagreement(answers.map(wordsOf).join(' and '));
      return first;
    }
    const isLate = await Promise.race([...[...under].map((asked) => asked.then(() => false)), ...(first !== undefined && others.length === 0 ? [lateness()] : [])]);
    if (isLate && first !== undefined && answers.length === 1) return first;
  }
}

const lateness = (): Promise<boolean> => new Promise((late) => setTimeout(() => late(true), GRACE_MS).unref());

/** A node that runs a call without telling its logs says no more than that it succeeds. */
function isSame(one: Simulation, other: Simulation): boolean {
  if (one.kind === 'reverted' || other.kind === 'reverted') return one.kind === 'reverted' && other.kind === 'reverted' && one.data === other.data;
  return one.logs === null || other.logs === null || JSON.stringify(one.logs) === JSON.stringify(other.logs);
}

function fuller(one: Simulation, other: Simulation): Simulation {
  if (one.kind === 'reverted' || other.kind === 'reverted') return one;
  const gasUsed = [one.gasUsed ?? 0n, other.gasUsed ?? 0n].reduce((a, b) => (a > b ? a : b));
  return { kind: 'ok', logs: one.logs ?? other.logs, ...(gasUsed > 0n ? { gasUsed } : {}) };
}

const wordsOf = (answer: Simulation): string => (answer.kind === 'ok' ? `success with ${answer.logs?.length ?? 'unknown'} logs` : `a revert with ${answer.data.slice(0, 10)}`);
