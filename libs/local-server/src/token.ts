import { InvalidEnvironment } from '@ballast/environment';
import { InvalidInput } from '@ballast/units';
import { readSecret } from './secret-file.js';

const LEAST_TOKEN = 16;

/** The secret that askers show, from the file that a variable names; null where none is named, and the socket's permissions say who may ask. @throws InvalidEnvironment */
export function tokenOf(variable: string, file: string | null): string | null {
  if (file === null) return null;
  const token = secretIn(variable, file);
  if (token.length < LEAST_TOKEN) throw new InvalidEnvironment([{ variable, given: `${token.length} characters (not shown)`, expected: `at least ${LEAST_TOKEN}` }]);
  return token;
}

function secretIn(variable: string, file: string): string {
  try {
    return readSecret(file);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    throw new InvalidEnvironment([{ variable, given: error.message, expected: `a file of its owner's only with at least ${LEAST_TOKEN} characters` }]);
  }
}
