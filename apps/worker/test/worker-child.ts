// A worker as main.ts runs it, that kills (-9) or freezes itself right after a given write or before a given effect, once, when a file says so.
import { readFileSync, renameSync } from 'node:fs';
import { SendClient } from '@ballast/connectors';
import { RemoteKeeperSigner } from '@ballast/connectors/signer';
import { PrismaActionJournal } from '@ballast/storage';

const order = process.env['FAULT_FILE'] ?? '';

/** Only one process follows an order: the one that takes the file away. */
function happened(what: string): void {
  try {
    const [at, signal] = readFileSync(order, 'utf8').split(' ') as [string, NodeJS.Signals];
    if (at !== what) return;
    renameSync(order, `${order}.done-by-${process.pid}`);
    process.kill(process.pid, signal);
  } catch {
    // No order, or another process has taken it.
  }
}

type Method = (...args: never[]) => Promise<unknown>;

/** Runs `before` and `after` around a method of a class. */
function around(prototype: object, name: string, { before, after }: { before?: () => void; after?: (answer: unknown, args: readonly unknown[]) => void }): void {
  const methods = prototype as Record<string, Method>;
  const original = methods[name] as Method;
  methods[name] = async function (this: unknown, ...args: never[]) {
    before?.();
    const answer = await original.apply(this, args);
    after?.(answer, args);
    return answer;
  };
}

const stateOf = (answer: unknown): string => (answer as { state: string }).state;
around(PrismaActionJournal.prototype, 'allocateNonce', { after: () => happened('NONCED') });
around(PrismaActionJournal.prototype, 'sign', { after: (answer) => happened(stateOf(answer)) });
around(PrismaActionJournal.prototype, 'advance', { after: (answer) => happened(stateOf(answer)) });
around(SendClient.prototype, 'broadcast', { after: () => happened('sent') });
// The fast lane's way: nonce and signature in one transaction, of which a fault before its end leaves nothing.
const { planSigned } = PrismaActionJournal.prototype;
PrismaActionJournal.prototype.planSigned = async function (plan, decision, at, notices, terms, make) {
  const answer = await planSigned.call(this, plan, decision, at, notices, terms, (nonced) => {
    happened('NONCED');
    return make(nonced);
  });
  if (answer.kind === 'planned') happened(answer.intent.state);
  return answer;
};
// Inside the transaction that stores the signature, its lease and stops already read.
around(RemoteKeeperSigner.prototype, 'sign', { before: () => happened('asking') });

await import('../src/main.js');
