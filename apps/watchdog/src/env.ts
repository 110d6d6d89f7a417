import type { KeyObject } from 'node:crypto';
import { z } from 'zod';
import { parseRpcUrls } from '@ballast/connectors';
import { InvalidEnvironment, parseVariables } from '@ballast/environment';
import { heartbeatPublicKey } from '@ballast/heartbeat';
import type { ChainId } from '@ballast/units';
import type { Limits } from './look.js';

const url = (protocols: RegExp) => z.url({ protocol: protocols });
const origin = url(/^https?$/).refine((text) => URL.canParse(text) && ['', '/'].includes(new URL(text).pathname)).transform((text) => (URL.canParse(text) ? new URL(text).origin : text));
const whole = (least: number, most: number, fallback: number, unit: string) => z.coerce.number().int().min(least).max(most).default(fallback).meta({ expected: `whole ${unit} from ${least} to ${most}` });
const MAIL_ADDRESS = /^[^\s@,<>]+@[^\s@,<>]+$/;

/** The parser's answer, or an issue where it throws. */
const parsedBy = <T>(parse: (text: string) => T) => (text: string, context: z.RefinementCtx): T => {
  try {
    return parse(text);
  } catch {
    context.addIssue({ code: 'custom' });
    return z.NEVER;
  }
};

const SCHEMA = z.object({
  STATUS_URL: origin.meta({ expected: 'the http(s) address of the Ballast that is watched over, without a path, as people reach it' }),
  PUBLIC_URL: origin.optional().meta({ expected: 'the http(s) address that links in mails begin with, or nothing where it is STATUS_URL' }),
  HEARTBEAT_PUBLIC_KEY: z.string().transform(parsedBy(heartbeatPublicKey)).meta({ expected: "the worker's Ed25519 public key as SPKI DER in base64; its log says it at every start" }),
  WATCHDOG_TOKEN: z.string().min(32).meta({ expected: 'at least 32 characters, the same as the API has', secret: true }),
  RPC_URLS: z.string().transform(parsedBy(parseRpcUrls)).meta({ expected: '<chain id>=<http url>, of a node that Ballast itself does not use, for example 1=https://rpc.example; chains separated by commas, several urls of one with | between them' }),
  SMTP_URL: url(/^smtps?$/).meta({ expected: 'smtp://user:password@host:port, of a mail server that Ballast itself does not use' }),
  MAIL_FROM: z.string().regex(/^[^@\r\n]+@[^@\r\n]+$/).default('Ballast watchdog <watchdog@ballast.invalid>').meta({ expected: 'a sender, for example Ballast watchdog <watchdog@example.org>' }),
  OPERATOR_EMAILS: z.string().transform((text) => text.split(',').map((part) => part.trim())).pipe(z.array(z.string().regex(MAIL_ADDRESS)).min(1)).meta({ expected: 'mail addresses of those who run Ballast, separated by commas, at least one' }),
  WATCHDOG_HOME: z.string().min(1).meta({ expected: 'a folder for what the watchdog keeps' }),
  LOOK_SECONDS: whole(1, 30, 5, 'seconds'),
  SILENT_AFTER_SECONDS: whole(10, 3_600, 120, 'seconds'),
  PATIENCE_SECONDS: whole(1, 600, 30, 'seconds'),
  WELL_SECONDS: whole(1, 600, 30, 'seconds'),
  MAX_CLOCK_SKEW_SECONDS: whole(1, 600, 30, 'seconds'),
  MAX_LAG_SECONDS: whole(1, 3_600, 120, 'seconds'),
  MAX_LAG_BLOCKS: whole(1, 1_000_000, 3, 'blocks'),
  MAX_HEDGING_AGE_SECONDS: whole(10, 3_600, 120, 'seconds'),
  REPEAT_MINUTES: whole(1, 1_440, 60, 'minutes'),
  SYNC_SECONDS: whole(1, 3_600, 60, 'seconds'),
  HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).optional().meta({ expected: 'a port number from 0 (any free one) to 65535, or nothing for no health address' }),
  HEALTH_HOST: z.string().min(1).default('127.0.0.1').meta({ expected: 'the address that the health address listens on' }),
  ALLOW_LOOPBACK_WEBHOOKS: z.enum(['true', 'false']).default('false').transform((text) => text === 'true').meta({ expected: 'true or false' }),
});

export interface WatchdogEnv {
  readonly statusUrl: string;
  readonly publicUrl: string;
  readonly heartbeatPublicKey: KeyObject;
  readonly token: string;
  readonly rpcUrls: ReadonlyMap<ChainId, readonly string[]>;
  readonly smtpUrl: string;
  readonly mailFrom: string;
  readonly operators: readonly string[];
  readonly home: string;
  readonly lookMs: number;
  readonly syncMs: number;
  readonly limits: Limits;
  /** null: none. */
  readonly health: { readonly port: number; readonly host: string } | null;
  readonly allowLoopbackWebhooks: boolean;
}

/** Parses the environment as a whole; an empty variable counts as absent. @throws InvalidEnvironment listing every problem at once */
export function parseEnv(source: Readonly<Record<string, string | undefined>>): WatchdogEnv {
  const { env, problems } = parseVariables(SCHEMA, source);
  if (env === null) throw new InvalidEnvironment(problems);
  const ms = (seconds: number): number => seconds * 1000;
  return {
    statusUrl: env.STATUS_URL, publicUrl: env.PUBLIC_URL ?? env.STATUS_URL, heartbeatPublicKey: env.HEARTBEAT_PUBLIC_KEY, token: env.WATCHDOG_TOKEN, rpcUrls: env.RPC_URLS,
    smtpUrl: env.SMTP_URL, mailFrom: env.MAIL_FROM, operators: env.OPERATOR_EMAILS, home: env.WATCHDOG_HOME, lookMs: ms(env.LOOK_SECONDS), syncMs: ms(env.SYNC_SECONDS),
    limits: {
      silentMs: ms(env.SILENT_AFTER_SECONDS), patienceMs: ms(env.PATIENCE_SECONDS), wellMs: ms(env.WELL_SECONDS), skewMs: ms(env.MAX_CLOCK_SKEW_SECONDS),
      lagMs: ms(env.MAX_LAG_SECONDS), lagBlocks: env.MAX_LAG_BLOCKS, hedgingMs: ms(env.MAX_HEDGING_AGE_SECONDS), repeatMs: ms(60 * env.REPEAT_MINUTES),
    },
    health: env.HEALTH_PORT === undefined ? null : { port: env.HEALTH_PORT, host: env.HEALTH_HOST }, allowLoopbackWebhooks: env.ALLOW_LOOPBACK_WEBHOOKS,
  };
}

/** The only place of the watchdog that reads the process's environment. */
export const readEnv = (): WatchdogEnv => parseEnv(process.env);
