import { InvalidEnvironment } from '@ballast/environment';

/** What a parser of an environment says against it. @throws when it accepts it */
export function refusedBy(parse: () => unknown): InvalidEnvironment {
  try {
    parse();
  } catch (error) {
    if (error instanceof InvalidEnvironment) return error;
    throw error;
  }
  throw new Error('it was accepted');
}
