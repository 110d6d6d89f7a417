import type { KeptFile } from './kept-file.js';
import type { Log } from './log.js';
import type { Service } from './service.js';
import type { Recipient, RecipientsFile } from './state.js';

/** Whom to tell: asked of the service while it is well, and kept for when nothing else lives. */
export class Recipients {
  private kept: RecipientsFile | null = null;
  private index: ReadonlyMap<string, Recipient> = new Map();
  /** Why the last sync failed; null after one that did not. */
  problem: string | null = null;

  constructor(private readonly service: Pick<Service, 'recipients'>, private readonly file: Pick<KeptFile<RecipientsFile>, 'read' | 'write'>, private readonly log: Log) {}

  get byId(): ReadonlyMap<string, Recipient> {
    return this.index;
  }
  /** Milliseconds of our clock; null before the first time. */
  get syncedAt(): number | null {
    return this.kept?.syncedAt ?? null;
  }

  async load(): Promise<void> {
    this.keep(await this.file.read((message) => this.log.error(message)));
  }

  /** Takes over the service's list. A list that cannot be had, or not be stored, leaves the one there is. Never throws. */
  async sync(now: number): Promise<void> {
    try {
      const recipients = await this.service.recipients();
      if (this.index.size >= 10 && recipients.length < this.index.size / 2) this.log.error(`the list of recipients shrank from ${this.index.size} to ${recipients.length}`);
      const file: RecipientsFile = { version: 1, syncedAt: now, recipients: [...recipients] };
      await this.file.write(file);
      this.keep(file);
      if (this.problem !== null) this.log.info(`the list of recipients is had again: ${recipients.length}`);
      this.problem = null;
    } catch (error) {
      const { message } = error as Error;
      if (this.problem === null) this.log.error(`the list of recipients was not had: ${message}`);
      this.problem = message;
    }
  }

  private keep(file: RecipientsFile | null): void {
    this.kept = file;
    this.index = new Map((file?.recipients ?? []).map((recipient) => [recipient.id, recipient]));
  }
}
