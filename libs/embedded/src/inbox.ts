import { SMTPServer } from 'smtp-server';
import { simpleParser } from 'mailparser';
import { WaitTimedOut } from './errors.js';
import { Kept } from './kept.js';

export interface InboxMessage {
  /** Number of arrival, from 1. */
  readonly id: number;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly messageId: string;
  readonly at: Date;
  readonly text: string;
  readonly html: string | null;
  /** Names in lower case; the last of equal names. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface RunningInbox {
  readonly smtpUrl: string;
  /** Newest last. */
  messages(): readonly InboxMessage[];
  /** The first kept or arriving message that fits. @throws WaitTimedOut */
  waitFor(fits: (message: InboxMessage) => boolean, timeoutMs?: number): Promise<InboxMessage>;
  /** Refuses the next `count` mails with this SMTP reply code. */
  failNext(count: number, replyCode: number): void;
  clear(): void;
  stop(): Promise<void>;
}

/** Starts an SMTP server on 127.0.0.1 that takes every mail, keeps the newest `limit` in memory and sends none on. */
export async function startInbox(options: { port?: number; limit?: number } = {}): Promise<RunningInbox> {
  const kept = new Kept<InboxMessage>(options.limit ?? 200);
  let arrived = 0;
  let failures = 0;
  let replyCode = 451;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    logger: false,
    size: 5_000_000,
    onRcptTo(_address, _session, done) {
      if (failures === 0) return done();
      failures -= 1;
      done(Object.assign(new Error('refused, as this test asked for'), { responseCode: replyCode }));
    },
    onData(stream, session, done) {
      simpleParser(stream).then(
        (mail) => {
          arrived += 1;
          kept.add({
            id: arrived,
            from: session.envelope.mailFrom === false ? '' : session.envelope.mailFrom.address,
            to: session.envelope.rcptTo.map((recipient) => recipient.address),
            subject: mail.subject ?? '',
            messageId: mail.messageId ?? '',
            at: new Date(),
            text: mail.text ?? '',
            html: mail.html === false ? null : (mail.html ?? null),
            headers: Object.fromEntries(mail.headerLines.map(({ key, line }) => [key, line.slice(line.indexOf(':') + 1).replace(/\r?\n\s+/g, ' ').trim()])),
          });
          done();
        },
        (error: Error) => done(error),
      );
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', () => {
      server.off('error', reject);
      // A client that drops its connection is no news here.
      server.on('error', () => {});
      resolve();
    });
  });
  const address = server.server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    smtpUrl: `smtp://127.0.0.1:${port}`,
    messages: () => kept.all(),
    async waitFor(fits, timeoutMs = 10_000) {
      const found = await kept.first(fits, timeoutMs);
      if (found === null) throw new WaitTimedOut('a mail', timeoutMs, kept.all().map((mail) => `"${mail.subject}" to ${mail.to.join(', ')}`).join('; ') || 'none');
      return found;
    },
    failNext(count, code) {
      failures = count;
      replyCode = code;
    },
    clear: () => kept.clear(),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
