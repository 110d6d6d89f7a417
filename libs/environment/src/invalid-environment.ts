/** One line a user can act on: which variable, what was given, what is expected. */
export interface EnvProblem {
  readonly variable: string;
  /** Never a secret. */
  readonly given: string;
  readonly expected: string;
}

/** Why a process does not start: every problem at once. */
export class InvalidEnvironment extends Error {
  constructor(readonly problems: readonly EnvProblem[]) {
    super(problems.map(({ variable, given, expected }) => `${variable}: got ${given}, expected ${expected}`).join('\n'));
  }
}
