/** One of our guards as the page knows it: generated from the compiled contract. */
export interface GuardKind {
  readonly contract: string;
  readonly venue: string;
  /** A mandate is for a pair of collateral and debt, or for a Morpho market. */
  readonly keyedBy: string;
  /** Name in the EIP-712 domain; its version is 1. */
  readonly domain: string;
  readonly runtime: { readonly length: number; readonly hash: string; readonly immutables: ReadonlyArray<{ readonly start: number; readonly length: number }> };
  readonly functions: Readonly<Record<string, string>>;
  readonly events: Readonly<Record<string, string>>;
  /** Selectors of the errors that a signature can be refused with. */
  readonly refusals: Readonly<Record<string, string>>;
  readonly mandate: ReadonlyArray<readonly string[]>;
}
