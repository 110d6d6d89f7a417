import { InvalidEnvironment } from '@ballast/environment';
import { readSecret, startServer, tokenOf, type RunningServer } from '@ballast/local-server';
import { BallastError } from '@ballast/units';
import { holderOf, keyIdOf, type KeyHolder } from '@ballast/venue-wire';
import type { GatewayEnv } from './env.js';
import { OpenKeys } from './open-keys.js';
import { OrderLog } from './order-log.js';
import { refusalOf } from './refusals.js';
import { route, WITHOUT_TOKEN } from './routes.js';
import { Turnover } from './turnover.js';

/** Names the variable behind a failure. What the parts throw names files and forms, never a secret. */
async function naming<T>(variable: string, expected: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new InvalidEnvironment([{ variable, given: error instanceof BallastError ? error.message : ((error as NodeJS.ErrnoException).code ?? 'a value that does not work'), expected }]);
  }
}

/** A sealed key is some 2,000 characters. */
const MOST_BODY = 64_000;
const MOST_CONNECTIONS = 256;

export interface RunningGateway {
  readonly server: RunningServer;
  readonly publicKey: string;
  readonly keyId: string;
  stop(): Promise<void>;
}

/** Opens key and log and begins to answer; trading keys come later, by `POST /keys`. `holder`: in place of the key file, a key management service. @throws InvalidEnvironment */
export async function startGateway(env: GatewayEnv, tell: (line: string) => void, { now = Date.now, holder }: { readonly now?: () => number; readonly holder?: KeyHolder } = {}): Promise<RunningGateway> {
  const token = tokenOf('GATEWAY_TOKEN_FILE', env.tokenFile);
  const opener = holder ?? (await naming('GATEWAY_KEY_FILE', 'a file of its owner\'s only with a private key, as `new-key` makes one', () => holderOf(readSecret(env.keyFile))));
  const publicKey = await opener.publicKey();
  const keyId = await keyIdOf(publicKey);
  const turnover = new Turnover();
  const log = await naming('GATEWAY_LOG', 'the log as this gateway wrote it, or a path where one can be made', () => OrderLog.open(env.logFile, (entry) => turnover.count(entry), now()));
  const keys = new OpenKeys(opener, { environment: env.environment, paperUrls: env.paperUrls, timeoutMs: env.venueTimeoutMs, now }, { log, turnover, mostLeverage: env.mostLeverage, now, tell });
  const server = await naming('socketPath' in env.listen ? 'GATEWAY_SOCKET' : 'GATEWAY_LISTEN', 'a place to listen at that is free', () =>
    startServer({
      listen: env.listen, token, withoutToken: WITHOUT_TOKEN, mostBody: MOST_BODY, mostConnections: MOST_CONNECTIONS, tell, refusalOf,
      route: (request) => route({ keys, environment: env.environment, publicKey, keyId }, request),
    })).catch(async (error: unknown) => {
    await log.close();
    throw error;
  });
  return {
    server, publicKey, keyId,
    stop: async () => {
      await server.stop();
      await log.close();
    },
  };
}
