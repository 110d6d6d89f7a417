// Lanes of a long run, several at once on one screen: the output of each stays together, as if they had run one after another.
import { availableParallelism, setPriority, totalmem } from 'node:os';

/** A lane at its peak (the type check, the linter) takes this much; with less room for all of them they run one after another. */
const BYTES_PER_LANE = 2 * 2 ** 30;

/** True where the machine, or the container that this runs in, has the cores and the memory for so many lanes at once. */
export const hasRoomFor = (lanes) => availableParallelism() > 1 && Math.min(totalmem(), process.constrainedMemory?.() || Infinity) >= lanes * BYTES_PER_LANE;

/** A third of the processor's time against one of normal priority: behind, and never so far that a test's own limit of time passes. */
const STEPS_BEHIND = 5;

/** Lets others have the processor first: for work that waits for nothing else, beside work that waits for a clock. */
export function giveWay(child) {
  try {
    if (child.pid !== undefined) setPriority(child.pid, STEPS_BEHIND);
  } catch {
    // It has ended, or the system does not allow it: then it runs as all else does.
  }
}

/** What one lane writes: passed on while the lane is shown, kept before. */
class LaneOutput {
  #kept = [];
  #shown = false;

  write = (data) => {
    if (this.#shown) process.stdout.write(data);
    else this.#kept.push(data);
  };

  show() {
    this.#shown = true;
    for (const data of this.#kept.splice(0)) process.stdout.write(data);
  }
}

/**
 * Runs lanes side by side, or one after another where `sideBySide` is false; within a lane its sections follow each other. A section is a
 * function that gets `write` and writes all that it prints with it. The first lane is shown as it runs; each further one from its
 * beginning once those before it have ended. A section that throws ends its lane and no other; the first such error is thrown at the end.
 */
export async function runLanes(lanes, { sideBySide }) {
  const starts = lanes.map((sections) => {
    const output = new LaneOutput();
    const run = async () => {
      for (const section of sections) await section(output.write);
    };
    return { output, run };
  });
  const running = starts.map(({ run }) => (sideBySide ? settled(run()) : null));
  const errors = [];
  for (const [index, { output, run }] of starts.entries()) {
    output.show();
    const { error } = await (running[index] ?? settled(run()));
    if (error !== undefined) errors.push(error);
  }
  if (errors.length > 0) throw errors[0];
}

/** The promise's end, whichever it is: a lane that fails while an earlier one is shown is no unhandled rejection. */
const settled = (promise) => promise.then(() => ({}), (error) => ({ error }));
