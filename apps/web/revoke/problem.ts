export type ProblemCode = 'RPC_UNREACHABLE' | 'RPC_REFUSED' | 'ANSWER_INVALID' | 'INPUT_INVALID' | 'WALLET_REFUSED' | 'WRONG_CHAIN' | 'WRONG_ACCOUNT' | 'WOULD_FAIL' | 'FAILED';

/** What went wrong, in a sentence for the page's reader. */
export class PageProblem extends Error {
  constructor(readonly code: ProblemCode, message: string, readonly data: string | null = null) {
    super(message);
  }
}

export const sentenceOf = (error: unknown): string => (error instanceof Error && error.message !== '' ? error.message : 'Something failed and gave no reason.');
