import { InvalidEnvironment, parseVariables, type EnvSource } from '@ballast/environment';
import { z } from 'zod';

const SCHEMA = z.object({
  PAPER_VENUE_PORT: z.coerce.number().int().min(0).max(65_535).default(4_700).meta({ expected: 'a port number from 0 (any free one) to 65535' }),
  PAPER_VENUE_CLIENT_IDS: z.enum(['once', 'repeatable']).default('once').meta({ expected: 'once or repeatable: whether Hyperliquid takes a client id again' }),
});

/** @throws InvalidEnvironment with every variable that is wrong */
export function parseEnv(source: EnvSource): { readonly port: number; readonly clientIds: 'once' | 'repeatable' } {
  const { env, problems } = parseVariables(SCHEMA, source);
  if (env === null) throw new InvalidEnvironment(problems);
  return { port: env.PAPER_VENUE_PORT, clientIds: env.PAPER_VENUE_CLIENT_IDS };
}

/** The only place of the paper venue that reads the process's environment. */
export const readEnv = (): ReturnType<typeof parseEnv> => parseEnv(process.env);
