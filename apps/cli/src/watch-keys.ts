import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { heartbeatKey, newHeartbeatKey, publicKeyText } from '@ballast/heartbeat';
import type { CliEnv } from './env.js';

export interface WatchKeys {
  /** Signs the heartbeats; the worker's alone. */
  readonly heartbeatKey: string;
  readonly heartbeatPublicKey: string;
  /** By which the API knows the watchdog. */
  readonly token: string;
}

const kept = z.object({ heartbeatKey: z.string(), token: z.string().min(32) });

/**
 * The keys between worker, API and watchdog: those of the environment, else those kept in the folder, drawn once. They stay from start to
 * start, so that a watchdog elsewhere goes on knowing this service. @throws HeartbeatKeyUnusable
 */
export function watchKeys(folder: string, env: Pick<CliEnv, 'HEARTBEAT_KEY' | 'WATCHDOG_TOKEN'>): WatchKeys {
  const file = join(folder, 'keys.json');
  const stored = read(file);
  const keys = { heartbeatKey: stored?.heartbeatKey ?? newHeartbeatKey(), token: stored?.token ?? randomBytes(32).toString('hex') };
  if (stored === null) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify(keys), { mode: 0o600 });
  }
  const signing = env.HEARTBEAT_KEY ?? keys.heartbeatKey;
  return { heartbeatKey: signing, heartbeatPublicKey: publicKeyText(heartbeatKey(signing)), token: env.WATCHDOG_TOKEN ?? keys.token };
}

function read(file: string): z.infer<typeof kept> | null {
  try {
    const parsed = kept.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
