import { parseRpcUrls } from '@ballast/connectors';
import { InvalidInput, type ChainId } from '@ballast/units';
import { z } from 'zod';

/** One variable that keeps the service from starting. `given` never holds a secret. */
export interface BootProblem {
  readonly variable: string;
  readonly given: string;
  readonly expected: string;
}

/** Why the service does not start, every variable at once. */
export class BootRefused extends Error {
  override readonly name = 'BootRefused';
  constructor(readonly problems: readonly BootProblem[]) {
    super(problems.map(({ variable, given, expected }) => `  ${variable}\n    given:    ${given}\n    expected: ${expected}`).join('\n'));
  }
}

const url = (protocols: readonly string[], expected: string) =>
  z.string(expected).refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), expected);
const whole = (least: number, most: number, expected: string) =>
  z.string(expected).regex(/^\d+$/, expected).transform(Number).refine((value) => value >= least && value <= most, expected);

const HTTP = ['http:', 'https:'];
const schema = z.object({
  DATABASE_URL: url(['postgres:', 'postgresql:'], 'a PostgreSQL address, such as postgresql://user:password@127.0.0.1:5432/ballast'),
  REDIS_URL: url(['redis:', 'rediss:'], 'a Redis address, such as redis://127.0.0.1:6379'),
  RPC_URLS: z.string('<chain id>=<http or https url>, such as 31337=http://127.0.0.1:8545').transform((text, context) => {
    try {
      const urls = [...parseRpcUrls(text)];
      const only = urls[0];
      if (only !== undefined && urls.length === 1) return { chainId: only[0], urls: only[1] };
      context.addIssue({ code: 'custom', message: 'exactly one chain in this version, such as 31337=http://127.0.0.1:8545' });
    } catch (error) {
      context.addIssue({ code: 'custom', message: error instanceof InvalidInput ? error.expected : String(error) });
    }
    return z.NEVER;
  }),
  ADDRESS_BOOK: z.string('the path of a JSON file with the contract addresses of each chain').min(1, 'the path of a JSON file'),
  PORT: whole(0, 65_535, 'a port number from 0 (any free one) to 65535'),
  PUBLIC_URL: url(HTTP, 'the http or https address at which people open Ballast, such as https://ballast.example')
    .refine((text) => !URL.canParse(text) || ['/', ''].includes(new URL(text).pathname), 'an address without a path')
    .transform((text) => new URL(text).origin),
  SESSION_HOURS: whole(1, 720, 'whole hours from 1 to 720').optional(),
  DEMO_URL: url(HTTP, 'the http address of the demo control server, or nothing').optional(),
  ALLOW_LOOPBACK_WEBHOOKS: z.enum(['true', 'false'], "'true', 'false' or nothing").optional(),
  WATCHDOG_TOKEN: z.string().min(32, 'at least 32 characters that nobody can guess, or nothing').optional(),
  WEB_DIR: z.string().min(1, "the folder of the built dashboard, or nothing").optional(),
});

export interface Env {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly rpc: { readonly chainId: ChainId; readonly urls: readonly string[] };
  readonly addressBook: string;
  readonly port: number;
  /** Origin only: scheme, host and port. */
  readonly publicUrl: string;
  readonly sessionHours: number;
  readonly demoUrl: string | null;
  readonly allowLoopbackWebhooks: boolean;
  /** What the watchdog shows to get the list of those whom it would tell; null: nobody gets it. */
  readonly watchdogToken: string | null;
  readonly webDir: string | null;
}

/** The text without passwords, and without paths and queries of RPC addresses, where providers put their keys. */
export function redacted(variable: string, text: string | undefined): string {
  if (text === undefined) return 'nothing';
  if (text === '') return 'an empty text';
  if (variable === 'WATCHDOG_TOKEN') return `${text.length} characters (not shown)`;
  const secret = variable === 'RPC_URLS' ? text.replace(/(https?:\/\/)([^\s/,@]*@)?((?:(?!\|\s*https?:)[^\s/,?#])+)([/?#](?:(?!\|\s*https?:)[^\s,])+)?/g, (_all, scheme: string, user: string | undefined, host: string, rest: string | undefined) => `${scheme}${user === undefined ? '' : '***@'}${host}${rest === undefined ? '' : '/***'}`) : text;
  return JSON.stringify(secret.replace(/(\/\/[^\s/:@]*):[^\s/@]*@/g, '$1:***@').replace(/([?&](?:password|key|token|secret)=)[^&\s]*/gi, '$1***'));
}

/** @throws BootRefused that lists every variable which is missing or does not parse */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): Env {
  // An empty optional variable counts as absent: that is how compose files switch one off.
  const given = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, source[name] === '' ? undefined : source[name]]));
  const result = schema.safeParse(given);
  if (!result.success) {
    const seen = new Map<string, BootProblem>();
    for (const issue of result.error.issues) {
      const variable = String(issue.path[0]);
      if (!seen.has(variable)) seen.set(variable, { variable, given: redacted(variable, source[variable]), expected: issue.message });
    }
    throw new BootRefused([...seen.values()]);
  }
  const env = result.data;
  return {
    databaseUrl: env.DATABASE_URL, redisUrl: env.REDIS_URL, rpc: env.RPC_URLS, addressBook: env.ADDRESS_BOOK, port: env.PORT, publicUrl: env.PUBLIC_URL,
    sessionHours: env.SESSION_HOURS ?? 24, demoUrl: env.DEMO_URL ?? null, allowLoopbackWebhooks: env.ALLOW_LOOPBACK_WEBHOOKS === 'true', watchdogToken: env.WATCHDOG_TOKEN ?? null, webDir: env.WEB_DIR ?? null,
  };
}

/** The only reader of the environment. @throws BootRefused */
export const loadEnv = (): Env => parseEnv(process.env);
