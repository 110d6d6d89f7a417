import { readFileSync, statSync } from 'node:fs';
import { InvalidInput, parseDecimal } from '@ballast/units';
import { z } from 'zod';
import type { Operated } from './admin/admin.js';
import { accountId, currenciesOf } from './facade/deribit/account-results.js';
import { TRADING_SCOPE } from './facade/deribit/keys.js';

const amount = z.string().regex(/^\d{1,15}(\.\d{1,8})?$/, 'decimal text with at most 8 digits after the point').transform((text) => parseDecimal(text, 8));
const deposits = z.record(z.string().max(10), amount).default({});
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/, '0x and 40 hex digits').transform((text) => text.toLowerCase());

/** Accounts that are there from the start, each with a key that its owner made for this venue. */
const ACCOUNTS = z.strictObject({
  /** `agent` is the address of the key that trades; the key itself stays with its owner. */
  hyperliquid: z.array(z.strictObject({ account: address, agent: address, deposits })).max(100).default([]),
  /** A key of the real venue has no such name: none can be given here by mistake. */
  deribit: z.array(z.strictObject({
    account: z.string().regex(/^[a-z0-9-]{1,40}$/), clientId: z.string().regex(/^paper-[\w-]{6,50}$/, '`paper-` and at least six letters: keys of a real venue are not taken'), clientSecret: z.string().min(24).max(200), scope: z.string().max(500).default(TRADING_SCOPE), deposits,
  })).max(100).default([]),
});
export type FirstAccounts = z.output<typeof ACCOUNTS>;

/** @throws InvalidInput where the file is missing, may be read by others, or is something else; never with what is in it */
export function readFirstAccounts(file: string): FirstAccounts {
  let json: unknown;
  try {
    const { mode } = statSync(file);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) throw new InvalidInput(file, `mode ${(mode & 0o777).toString(8)}`, 'a file that only its owner may read: chmod 600');
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof InvalidInput) throw error;
    throw new InvalidInput(file, (error as { code?: string }).code ?? 'no JSON', 'a JSON file of accounts');
  }
  const parsed = ACCOUNTS.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidInput(file, `a wrong ${issue?.path.join('.') || 'file'}`, issue?.message ?? 'accounts');
}

/** Opens the accounts with their deposits and keys. @throws InvalidInput for a currency that the venue does not settle in */
export function openFirstAccounts({ hyperliquid, deribit, clock }: Operated, accounts: FirstAccounts): void {
  const pay = (running: Operated['deribit']['running'], account: string, settlesIn: string, amountE8: bigint): void => {
    running.happen({ kind: 'open-account', account, settlesIn });
    if (amountE8 > 0n) running.happen({ kind: 'deposit', account, amountE8 });
  };
  for (const { account, agent, deposits: paid } of accounts.hyperliquid) {
    requireKnown(paid, ['USDC']);
    pay(hyperliquid.running, account, 'USDC', paid['USDC'] ?? 0n);
    hyperliquid.keys.approve(account, agent, clock.now());
  }
  for (const { deposits: paid, ...key } of accounts.deribit) {
    const known = currenciesOf(deribit);
    requireKnown(paid, known);
    for (const currency of known) pay(deribit.running, accountId(key.account, currency), currency, paid[currency] ?? 0n);
    deribit.keys.take(key);
  }
}

function requireKnown(paid: Readonly<Record<string, bigint>>, known: readonly string[]): void {
  const unknown = Object.keys(paid).find((currency) => !known.includes(currency));
  if (unknown !== undefined) throw new InvalidInput('deposits', unknown, known.join(', '));
}
