import type { Transaction } from './database.js';

/** `NOTIFY` channel and payloads, as libs/jobs declares them (`changeEvent`); test/storage-changes.spec.ts holds the two together. */
export const CHANGE_CHANNEL = 'ballast_changes';

export type Change =
  | { readonly type: 'chain'; readonly chainId: number }
  | { readonly type: 'position' | 'decision' | 'intent' | 'mandate'; readonly positionId: string; readonly account: string }
  | { readonly type: 'delivery' | 'hedge'; readonly account: string };

/** Tells listeners of the changes, once the transaction commits and never if it does not. */
export async function announce(tx: Transaction, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const payloads = changes.map((change) => JSON.stringify(change));
  await tx.$executeRaw`SELECT pg_notify(${CHANGE_CHANNEL}, payload) FROM unnest(${payloads}::text[]) AS payload`;
}
