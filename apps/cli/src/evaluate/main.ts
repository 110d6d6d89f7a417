import { evaluate, readRiskRequest } from '@ballast/evaluation';
import { BallastError } from '@ballast/units';

/**
 * Evaluates one position given as JSON: what `POST /v1/risk/evaluate` takes and answers. Returns the text to print and the exit code:
 * 0 with the answer, 1 with one line for each field that is wrong.
 */
export function runEvaluate(text: string, now: Date): { readonly code: 0 | 1; readonly text: string } {
  try {
    return { code: 0, text: JSON.stringify(evaluate(readRiskRequest(text), now), null, 2) };
  } catch (error) {
    if (error instanceof BallastError) return { code: 1, text: error.message };
    throw error;
  }
}

/** Reads standard input to its end, prints the answer on standard output or what is wrong on standard error. Returns the exit code. */
export async function evaluateInput(): Promise<number> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  const { code, text } = runEvaluate(Buffer.concat(chunks).toString('utf8'), new Date());
  (code === 0 ? process.stdout : process.stderr).write(`${text}\n`);
  return code;
}
