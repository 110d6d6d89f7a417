import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to PostgreSQL on which connections can be made half open: nothing passes any more, and neither end is told. */
export interface HalfOpenWay {
  readonly url: string;
  /** The connections that there are say nothing from now on; new ones are as good as ever. */
  freeze(): void;
  stop(): Promise<void>;
}

/** A way to the server of `url` through this process. */
export async function startHalfOpenWay(url: string): Promise<HalfOpenWay> {
  const target = new URL(url);
  const pairs = new Set<readonly [Socket, Socket]>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    pairs.add([near, far]);
    near.pipe(far).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const way = new URL(url);
  way.hostname = '127.0.0.1';
  way.port = String((server.address() as AddressInfo).port);
  return {
    url: way.toString(),
    freeze: () => {
      for (const [near, far] of pairs) {
        near.unpipe(far).pause();
        far.unpipe(near).pause();
      }
    },
    stop: async () => {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
