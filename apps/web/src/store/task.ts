import { useState } from 'react';
import { ApiProblem } from '../api/client.js';

export interface Task {
  readonly busy: boolean;
  /** The refusal in words; null where there was none. */
  readonly problem: string | null;
  /** Does the work; true when it was done, false when the API refused it. */
  readonly run: (work: () => Promise<void>) => Promise<boolean>;
  readonly tell: (problem: string | null) => void;
}

/** One thing that the reader sets going: whether it is going on, and what came in its way. */
export function useTask(): Task {
  const [busy, setBusy] = useState(false);
  const [problem, tell] = useState<string | null>(null);
  const run = async (work: () => Promise<void>): Promise<boolean> => {
    setBusy(true);
    tell(null);
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      tell(error.message);
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, problem, run, tell };
}
