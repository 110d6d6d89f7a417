import { lstatSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { InvalidInput } from '@ballast/units';

/** A loopback port, or a unix socket by its path. */
export type ListenAt = { readonly host: string; readonly port: number } | { readonly socketPath: string };

/** Begins to listen; resolves to where. @throws InvalidInput where another one listens there already */
export async function listen(server: Server, at: ListenAt): Promise<string> {
  if ('socketPath' in at) {
    await removeDeadSocket(at.socketPath);
    // Nobody but the owner may open it, not even for the moment before a chmod.
    const mask = process.umask(0o177);
    await listening(server, { path: at.socketPath }).finally(() => process.umask(mask));
    return at.socketPath;
  }
  await listening(server, at);
  return `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${(server.address() as AddressInfo).port}`;
}

const listening = (server: Server, where: { path: string } | { host: string; port: number }): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, () => {
      server.off('error', reject);
      resolve();
    });
  });

/** A socket that a killed process left behind is taken away; one that answers is another's, and nothing but a socket is ever removed. */
async function removeDeadSocket(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isSocket()) throw new InvalidInput(path, 'a file', 'a path that is free or a socket');
  const alive = await new Promise<boolean>((resolve) => {
    const probe = connect(path).once('connect', () => resolve(true)).once('error', () => resolve(false));
    probe.once('close', () => probe.destroy());
    setTimeout(() => probe.destroy(), 500).unref();
  });
  if (alive) throw new InvalidInput(path, 'a socket that answers', 'one process only: two would each keep a log of its own');
  rmSync(path);
}
