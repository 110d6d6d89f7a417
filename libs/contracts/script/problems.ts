/** One thing that stands in the way of a deployment: what, what was found, and what would be right. */
export interface DeployProblem {
  /** A path in the parameters, or what was looked at on the chain. */
  readonly what: string;
  readonly given: string;
  readonly expected: string;
}

/** The deployment must not go on. Every problem found is listed, not the first alone. */
export class DeploymentRefused extends Error {
  readonly code = 'DEPLOYMENT_REFUSED';

  constructor(readonly problems: readonly DeployProblem[]) {
    super(['The deployment is refused:', ...problems.map(({ what, given, expected }) => `  ${what}: given ${given}; expected ${expected}`)].join('\n'));
  }
}
