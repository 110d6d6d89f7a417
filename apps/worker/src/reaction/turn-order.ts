import { partsOf, type LendingProtocol, type PositionId } from '@ballast/positions';
import type { AssessedPosition } from '@ballast/storage';
import type { Address } from '@ballast/units';

/** Blocks after which it is forgotten that nothing could be done for a loan. */
const REMEMBERED = 10n;

/**
 * Who goes first: the weakest, but behind all others the loans for which nothing could be done when they were last looked at. They stay the weakest for as long as they are not
 * helped, and would hold up everybody else at every block.
 */
export class TurnOrder {
  private readonly beyondHelp = new Map<PositionId, bigint>();

  /** Notes whether the loan was helped, or needed no help, at the block. */
  note(id: PositionId, isHelped: boolean, block: bigint): void {
    if (isHelped) this.beyondHelp.delete(id);
    else this.beyondHelp.set(id, block);
  }

  /** Those of the accounts for whom something may be done, and the others: an account counts with any of its loans. */
  accounts(protocol: LendingProtocol, accounts: readonly Address[]): { readonly first: readonly Address[]; readonly last: readonly Address[] } {
    const behind = new Set([...this.beyondHelp.keys()].map(partsOf).flatMap((of) => (of.protocol === protocol ? [of.account] : [])));
    return { first: accounts.filter((account) => !behind.has(account)), last: accounts.filter((account) => behind.has(account)) };
  }

  /** The same of loans, each the weakest first. */
  loans(assessed: readonly AssessedPosition[]): { readonly first: readonly AssessedPosition[]; readonly last: readonly AssessedPosition[] } {
    const sorted = [...assessed].sort(weakestFirst);
    return { first: sorted.filter(({ position }) => !this.beyondHelp.has(position.id)), last: sorted.filter(({ position }) => this.beyondHelp.has(position.id)) };
  }

  /** Once the block is behind us. */
  forget(block: bigint): void {
    for (const [id, at] of this.beyondHelp) if (at + REMEMBERED < block) this.beyondHelp.delete(id);
  }
}

/** By the health that the protocol itself reports. */
function weakestFirst({ position: one }: AssessedPosition, { position: other }: AssessedPosition): number {
  const [a, b] = [one.reported.health, other.reported.health];
  if (a.kind === 'no-debt' || b.kind === 'no-debt') return a.kind === b.kind ? 0 : a.kind === 'no-debt' ? 1 : -1;
  return a.wad < b.wad ? -1 : a.wad > b.wad ? 1 : 0;
}
