import { judge } from './judge.js';
import type { KeptFile } from './kept-file.js';
import type { Log } from './log.js';
import type { Limits, Look } from './look.js';
import type { OwnNodes } from './own-nodes.js';
import type { Recipients } from './recipients.js';
import type { Service } from './service.js';
import { firstState, type StateFile, type WatchState } from './state.js';
import { Teller, type TellerParts } from './teller.js';

export interface WatchdogParts {
  readonly service: Pick<Service, 'heartbeat'>;
  readonly nodes: Pick<OwnNodes, 'look'>;
  readonly recipients: Recipients;
  readonly file: Pick<KeptFile<StateFile>, 'read' | 'write'>;
  readonly telling: Omit<TellerParts, 'recipients' | 'now' | 'log'>;
  readonly log: Log;
  /** The watchdog's own clock, milliseconds. */
  readonly now: () => number;
}

export interface WatchdogSettings {
  readonly limits: Limits;
  readonly lookMs: number;
  readonly syncMs: number;
}

/** How the watchdog itself is. */
export interface WatchdogHealth {
  readonly lookedAt: string | null;
  readonly heartbeat: { readonly sequence: number; readonly issuedAt: string } | null;
  readonly spell: WatchState['spell'];
  readonly recipients: number;
  readonly recipientsSyncedAt: string | null;
  readonly untold: number;
  /** What somebody must mend; empty when all is well with the watchdog. */
  readonly problems: readonly string[];
}

const TELL_MS = 500;
/** So many are told before what is left is stored again. */
const TOLD_AT_ONCE = 200;
const VERIFY_MS = 300_000;

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** Looks, judges and tells, again and again; what it knows and what it still has to tell is in its file before anything is told. */
export class Watchdog {
  private readonly teller: Teller;
  private stopped = false;
  private syncedAt: number | null = null;
  private storeProblem: string | null = null;
  private mailProblem: string | null = null;
  private readonly wakers = new Set<() => void>();

  private constructor(private readonly parts: WatchdogParts, private readonly settings: WatchdogSettings, private watch: WatchState, kept: Pick<StateFile, 'events' | 'untold'>) {
    const { telling, now, log, recipients } = parts;
    this.teller = new Teller({ ...telling, now, log, recipients: () => recipients.byId }, kept);
  }

  /** Goes on from what an earlier process kept. */
  static async open(parts: WatchdogParts, settings: WatchdogSettings): Promise<Watchdog> {
    await parts.recipients.load();
    const kept = await parts.file.read((message) => parts.log.error(message));
    return new Watchdog(parts, settings, kept?.watch ?? firstState(parts.now()), kept ?? { events: [], untold: [] });
  }

  /** Runs until `stop`. @param verifyMail resolves when the mail server lets us in */
  async run(verifyMail: () => Promise<void>): Promise<void> {
    await Promise.all([this.again(this.settings.lookMs, () => this.look()), this.again(TELL_MS, () => this.tell()), this.again(VERIFY_MS, () => this.verify(verifyMail))]);
  }

  stop(): void {
    this.stopped = true;
    for (const wake of this.wakers) wake();
  }

  get health(): WatchdogHealth {
    const { recipients } = this.parts;
    const failing = this.teller.untold.filter(({ attempts }) => attempts > 0);
    const problems = [
      failing.length > 0 ? `${failing.length} not told yet: ${failing[0]?.lastError ?? ''}` : null, this.mailProblem === null ? null : `mail: ${this.mailProblem}`, this.storeProblem === null ? null : `state: ${this.storeProblem}`,
      recipients.problem === null ? null : `recipients: ${recipients.problem}`, this.watch.unsure === null ? null : `own node: ${this.watch.unsure.reason}`,
    ].filter((problem) => problem !== null);
    const { lookedAt, lastBeat, spell } = this.watch;
    return {
      lookedAt: iso(lookedAt), heartbeat: lastBeat === null ? null : { sequence: lastBeat.sequence, issuedAt: new Date(lastBeat.issuedAt).toISOString() }, spell,
      recipients: recipients.byId.size, recipientsSyncedAt: iso(recipients.syncedAt), untold: this.teller.untold.length, problems,
    };
  }

  private async look(): Promise<void> {
    const { service, nodes, log, now, recipients } = this.parts;
    const beat = await service.heartbeat();
    const chains = await nodes.look(beat.kind === 'read' ? beat.body : null);
    const look: Look = { now: now(), beat, chains };
    const { state, tell } = judge(this.watch, look, this.settings.limits);
    this.note(this.watch, state);
    this.watch = state;
    this.teller.take(tell);
    for (const { id, kind, audience, data } of tell) log[['silent', 'watchdog.unsure', 'hedging.late'].includes(kind) ? 'error' : 'info'](`${kind} (${id}) is told to ${audience}: ${String(data['reason'] ?? 'it is over')}`);
    await this.store();
    // Only what comes from a service that is believed is taken over.
    const isWell = state.wellSince !== null && state.spell === null && beat.kind === 'read';
    if (!isWell || (this.syncedAt !== null && look.now - this.syncedAt < this.settings.syncMs && look.now >= this.syncedAt)) return;
    this.syncedAt = look.now;
    await recipients.sync(look.now);
  }

  /** A line where something began or ended, not at every look. */
  private note(before: WatchState, after: WatchState): void {
    const { log } = this.parts;
    if (before.lastBeat === null && after.lastBeat !== null) log.info(`hears ${after.lastBeat.names}, heartbeat ${after.lastBeat.sequence}`);
    if (before.stale < 2 && after.stale >= 2 && after.staleWhy !== 'it is the same as before') log.error(`no newer heartbeat: ${after.staleWhy ?? ''}`);
    if (before.complaint === null && after.complaint !== null) log.error(`contradiction: ${after.complaint.reason}`);
    if (before.unsure === null && after.unsure !== null) log.error(after.unsure.reason);
  }

  private async tell(): Promise<void> {
    if ((await this.teller.tellDue(TOLD_AT_ONCE)) > 0) await this.store();
  }

  /** A mail server that went away is found out while there is nothing to tell yet. */
  private async verify(verifyMail: () => Promise<void>): Promise<void> {
    const problem = await verifyMail().then(() => null, (error: Error) => error.message);
    if (problem !== null) this.parts.log.error(`mail cannot be sent: ${problem}`);
    else if (this.mailProblem !== null) this.parts.log.info('mail can be sent again');
    this.mailProblem = problem;
  }

  /** A disk that takes nothing must not keep anybody from being told: then a restart would tell again. */
  private async store(): Promise<void> {
    try {
      const { events, untold } = this.teller.outstanding;
      await this.parts.file.write({ version: 1, watch: this.watch, events: [...events], untold: [...untold] });
      this.storeProblem = null;
    } catch (error) {
      if (this.storeProblem === null) this.parts.log.error(`the state was not stored: ${(error as Error).message}`);
      this.storeProblem = (error as Error).message;
    }
  }

  private async again(everyMs: number, work: () => Promise<void>): Promise<void> {
    while (!this.stopped) {
      const begun = Date.now();
      await work().catch((error: Error) => this.parts.log.error(`a defect of the watchdog: ${error.stack ?? error.message}`));
      await this.pause(Math.max(everyMs - (Date.now() - begun), 50));
    }
  }

  private pause(ms: number): Promise<void> {
    if (this.stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.wakers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.wakers.add(wake);
    });
  }
}
