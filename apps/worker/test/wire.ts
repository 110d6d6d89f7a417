import { connect as connectTcp, createServer, type Socket } from 'node:net';

/** A wire between the worker and a server that can be cut. */
export interface Wire {
  readonly url: string;
  cut(): void;
  mend(): void;
  stop(): void;
}

/** Passes everything on to the target until it is cut. */
export async function startWire(target: string): Promise<Wire> {
  const { protocol, hostname, port } = new URL(target);
  const open = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return near.destroy();
    const far = connectTcp(Number(port), hostname);
    for (const [one, other] of [[near, far], [far, near]] as const) {
      open.add(one);
      one.on('error', () => undefined).on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = (): void => {
    whole = false;
    for (const socket of open) socket.destroy();
  };
  return {
    url: `${protocol}//127.0.0.1:${(server.address() as { port: number }).port}`,
    cut,
    mend: () => (whole = true),
    stop: () => {
      cut();
      server.close();
    },
  };
}
