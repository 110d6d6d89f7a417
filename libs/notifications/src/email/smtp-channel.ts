import { createTransport } from 'nodemailer';
import { DeliveryFailed, MailServerUnusable } from '../errors.js';
import type { EmailMessage } from './message.js';

/** Hands mails to a mail server. */
export interface EmailChannel {
  /** Resolves to the server's reply code. @throws DeliveryFailed */
  send(message: EmailMessage): Promise<{ readonly status: number | null }>;
}

export interface SmtpOptions {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly smtpUrl: string;
  /** The sender, for example `Ballast <alerts@example.org>`. */
  readonly from: string;
}

/** Nothing waits longer than this, so that a claim on a delivery outlives its sending. */
const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;

const withoutPassword = (url: string): string => url.replace(/:\/\/([^:@/]*):[^@/]*@/, '://$1:***@');

const describe = (error: unknown): { code: string | null; reply: number | null; message: string } => {
  const { code, responseCode, message } = error as { code?: unknown; responseCode?: unknown; message?: unknown };
  return { code: typeof code === 'string' ? code : null, reply: typeof responseCode === 'number' ? responseCode : null, message: String(message ?? error) };
};

/** Mail through one SMTP server, over connections that are kept and shared. */
export class SmtpEmailChannel implements EmailChannel {
  readonly #transport;

  constructor(private readonly options: SmtpOptions) {
    this.#transport = createTransport(
      { url: options.smtpUrl, pool: true, maxConnections: 3, connectionTimeout: CONNECT_MS, greetingTimeout: CONNECT_MS, socketTimeout: SILENCE_MS, disableFileAccess: true, disableUrlAccess: true },
      { from: options.from },
    );
  }

  /** Connects and logs in. @throws MailServerUnusable naming SMTP_URL */
  async verify(): Promise<void> {
    try {
      await this.#transport.verify();
    } catch (error) {
      throw new MailServerUnusable(withoutPassword(this.options.smtpUrl), describe(error).message);
    }
  }

  async send(message: EmailMessage): Promise<{ status: number | null }> {
    try {
      const { response } = await this.#transport.sendMail({ ...message, headers: { ...message.headers } });
      const reply = Number.parseInt(response, 10);
      return { status: Number.isNaN(reply) ? null : reply };
    } catch (error) {
      const { code, reply, message: why } = describe(error);
      // 5xx to the login is about our configuration, not about this receiver: it passes when somebody mends it.
      const refused = reply !== null && reply >= 500 && code !== 'EAUTH';
      throw new DeliveryFailed(reply, refused ? 'likely' : 'passing', why);
    }
  }

  close(): void {
    this.#transport.close();
  }
}
