import { NotStored } from '@ballast/storage';
import { HedgeOutdated } from '../problems/api-errors.js';

/** Does what was looked at a moment ago to be possible. @throws HedgeOutdated where what it rests on, a key or an account, was taken away meanwhile */
export async function whileThere<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotStored) throw new HedgeOutdated(error.what, 'one that was taken away while this was saved', 'one that is still there: look again, and save once more');
    throw error;
  }
}
