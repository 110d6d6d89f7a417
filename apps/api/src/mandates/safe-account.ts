import { callOf, decodeAs, decodeResult, type ChainBook, type Pinned, type ReadClient } from '@ballast/connectors';
import { encodeApprove, encodeSet, safeAbi, safeBatch, type PlannedCall, type Signable } from '@ballast/execution/planner';
import { address, type Address, type ChainId } from '@ballast/units';
import { z } from 'zod';
import type * as contract from '../contract/schemas.js';
import { shownAddress } from '../views/text.js';

export type SafeView = NonNullable<z.infer<typeof contract.mandateDraft>['safe']>;

/** A contract wallet as the chain has it. */
export interface SafeAccount {
  readonly account: Address;
  readonly owners: readonly Address[];
  readonly threshold: number;
  /** Of the next transaction. */
  readonly nonce: bigint;
}

const uint = z.tuple([z.bigint()]);

/** The account as a Safe; null where there is no contract that answers like one. */
export async function readSafe(client: ReadClient, block: Pinned, account: Address): Promise<SafeAccount | null> {
  const [owners, threshold, nonce] = await client.multicall(block, ['getOwners', 'getThreshold', 'nonce'].map((name) => callOf(account, safeAbi, name)));
  if (owners?.kind !== 'ok' || owners.data === '0x' || threshold?.kind !== 'ok' || nonce?.kind !== 'ok') return null;
  try {
    const [list] = decodeAs(safeAbi, 'getOwners', z.tuple([z.array(z.string().transform(address))]), owners.data);
    return { account, owners: list, threshold: Number(decodeResult(safeAbi, 'getThreshold', uint, threshold)[0]), nonce: decodeResult(safeAbi, 'nonce', uint, nonce)[0] };
  } catch {
    return null;
  }
}

/** A call of the batch, and what it does in words. */
export interface NamedCall extends PlannedCall {
  readonly what: string;
}

/** What a Safe does to be protected: each permission that is missing, then the mandate, all in one transaction. */
export const mandateCalls = (
  guard: Address, mandate: Signable, approvals: readonly { readonly token: Address; readonly amount: bigint; readonly words: string }[], authorization: z.infer<typeof contract.mandateDraft>['authorization'],
): readonly NamedCall[] => [
  ...approvals.map(({ token, amount, words }) => ({ to: token, data: encodeApprove(guard, amount), what: `Approve ${words} to the guard` })),
  ...(authorization === null ? [] : [{ to: address(authorization.contract), data: authorization.transaction.data as NamedCall['data'], what: 'Authorise the guard at the protocol' }]),
  { to: guard, data: encodeSet(mandate), what: 'Put the mandate in force' },
];

/** The batch as the Safe's owners sign it, and as a plain list for Safe's own transaction builder; null on a chain where MultiSendCallOnly is not known. */
export function safeView(chainId: ChainId, safe: SafeAccount, book: Pick<ChainBook, 'safe'>, calls: readonly NamedCall[]): SafeView | null {
  if (book.safe === undefined) return null;
  const { safeTxHash, typedData } = safeBatch(chainId, safe.account, safe.nonce, book.safe.multiSendCallOnly, calls);
  return {
    account: shownAddress(safe.account), owners: safe.owners.map(shownAddress), threshold: safe.threshold, safeTxHash, typedData,
    calls: calls.map(({ to, data, what }) => ({ to: shownAddress(to), data, value: '0x0' as const, what })),
  };
}
