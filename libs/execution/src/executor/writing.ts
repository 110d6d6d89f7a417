import type { Intent, IntentChange, IntentTransaction, Mandate, Notice } from '@ballast/policy';
import { BallastError, InvalidInput } from '@ballast/units';
import { step, type Failure, type IntentEvent } from '../intent-life.js';
import { noticesOf, stuckNotices, type Ending } from './notices.js';
import type { ExecutorParts, ExecutorSettings } from './parts.js';
import { MOVED, plain, type Turn } from './turns.js';

/** Writes what happened into the journal: an event as the change that the intent's life makes of it, a signature in the transaction that allows it. */
export class IntentWriter {
  private readonly told = new Map<string, Set<string>>();

  constructor(private readonly parts: ExecutorParts, private readonly settings: Pick<ExecutorSettings, 'tokens'>) {}

  async record(intent: Intent, event: IntentEvent): Promise<Turn> {
    const change = this.changeOf(intent, event);
    return change === null ? MOVED : { moved: await this.parts.journal.advance(intent.id, intent.state, change) };
  }

  /** Signs inside the transaction that stores the signature, which reads the stops and the lease first. `why`: of a cancellation. @throws what `make` throws; Stopped, LeaseLost, StateMoved */
  async sign(intent: Intent, type: 'signed' | 'signed-again', purpose: IntentTransaction['purpose'], make: () => Promise<IntentTransaction>, why?: Failure): Promise<Turn> {
    const moved = await this.parts.journal.sign(intent.id, intent.state, { purpose, fence: this.parts.fence?.() ?? null }, async () => {
      const transaction = await make();
      return this.signedAs(intent, transaction, type, why);
    });
    return { moved };
  }

  /** What a signature makes of the intent. @throws InvalidInput where nothing may be signed for it */
  signedAs(intent: Intent, transaction: IntentTransaction, type: 'signed' | 'signed-again' = 'signed', why?: Failure): IntentChange {
    const change = this.changeOf(intent, type === 'signed' || why === undefined ? { type, transaction } : { type, transaction, failure: plain(why) });
    if (change === null) throw new InvalidInput('signature', `one in state ${intent.state}`, 'a state in which something may be signed');
    return change;
  }

  /** What to tell of an ending, with the facts that only the application knows. */
  async notices(intent: Intent, mandate: Mandate | null, ending: Ending): Promise<readonly Notice[]> {
    return this.described(intent, noticesOf(intent, mandate, ending, this.settings.tokens), ending);
  }

  /** Tells once that the intent does not get on. A process that starts anew may write it again; the notice's id keeps it one. */
  async stuck(intent: Intent, why: Failure): Promise<void> {
    const told = this.told.get(intent.id) ?? new Set<string>();
    if (told.has(why.code)) return;
    const mandate = await this.parts.mandates.byHash(intent.plan.mandateHash);
    const notices = await this.described(intent, stuckNotices(intent, mandate, why, this.settings.tokens), { receipt: null });
    await this.record(intent, { type: 'stuck', failure: why, notices });
    this.told.set(intent.id, told.add(why.code));
  }

  /** Of an intent that has ended there is nothing more to tell. */
  forget(intentId: string): void {
    this.told.delete(intentId);
  }

  /** The notices about a plan or what became of it, with the facts that only the application knows, as far as they can be had. */
  async described(intent: Pick<Intent, 'plan'>, notices: readonly Notice[], { receipt }: Pick<Ending, 'receipt'>): Promise<readonly Notice[]> {
    if (notices.length === 0 || this.parts.describe === undefined) return notices;
    const facts = await this.parts.describe(intent, receipt).catch(() => ({}));
    return notices.map((notice) => ({ ...notice, data: { ...notice.data, ...facts } }));
  }

  private changeOf(intent: Intent, event: IntentEvent) {
    // What an event makes of an intent does not depend on the time; what follows is worked out anew in the next turn.
    return step(intent, event, { chainTime: 0n, now: this.parts.now(), rebroadcastAfterMs: 0, replaceAfterMs: 0 }).change;
  }
}

/** What the signer's own policy forbids is a fault of ours or an attack, and what is stopped is stopped: told as that and not asked again. */
export function refusalOf(error: unknown): Failure {
  if (error instanceof BallastError && (error.code === 'signing-refused' || error.code === 'stopped')) return { code: error.code, message: error.message };
  throw error;
}
