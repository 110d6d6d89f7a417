import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const WRITES = /^\s*(insert|update|delete|with)\b/i;
/** The server refuses in its own words for a full disk, so that a transaction is aborted and every answer comes in its turn. */
const REFUSAL = `DO $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`;

/**
 * A PostgreSQL as its clients see it, in front of a real one. While `full`, every statement that writes is answered with SQLSTATE 53100, as by a server whose disk is full: for
 * machines on which no bounded disk may be mounted.
 */
export class WriteRefuser {
  full = false;
  port = 0;
  private readonly open = new Set<Socket>();
  private readonly server: Server;

  constructor(private readonly upstreamPort: number) {
    this.server = createServer((client) => this.join(client));
  }

  async start(): Promise<this> {
    await new Promise<void>((ready) => this.server.listen(0, '127.0.0.1', ready));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.open) socket.destroy();
    await new Promise((closed) => this.server.close(closed));
  }

  private join(client: Socket): void {
    const server = connect(this.upstreamPort, '127.0.0.1');
    for (const socket of [client, server]) {
      this.open.add(socket);
      socket.on('close', () => {
        this.open.delete(socket);
        client.destroy();
        server.destroy();
      });
      socket.on('error', () => socket.destroy());
    }
    server.pipe(client);
    const hand = new Messages((message) => this.hand(message, client, server));
    client.on('data', (chunk: Buffer) => hand.take(chunk));
  }

  /** Connections whose refused statement came in parts: what is left of it, up to its end, is swallowed. */
  private readonly refused = new WeakSet<Socket>();

  private hand(message: Buffer, client: Socket, server: Socket): void {
    const type = String.fromCharCode(message[0] ?? 0);
    if (this.refused.has(client)) {
      if (type === 'S') this.refused.delete(client);
      return;
    }
    if (this.full && (type === 'P' || type === 'Q') && WRITES.test(statementOf(type, message))) {
      server.write(query(REFUSAL));
      if (type === 'P') this.refused.add(client);
      return;
    }
    server.write(message);
  }
}

/** Cuts the stream into the protocol's messages; the first one of a connection has no type. */
class Messages {
  private rest: Buffer = Buffer.alloc(0);
  private started = false;

  constructor(private readonly each: (message: Buffer) => void) {}

  take(chunk: Buffer): void {
    this.rest = Buffer.concat([this.rest, chunk]);
    for (;;) {
      const head = this.started ? 1 : 0;
      if (this.rest.length < head + 4) return;
      const length = head + this.rest.readInt32BE(head);
      if (this.rest.length < length) return;
      const message = this.rest.subarray(0, length);
      this.rest = this.rest.subarray(length);
      // A request for TLS or a cancellation is followed by another first message.
      if (!this.started) this.started = message.readInt32BE(4) === 196_608;
      this.each(message);
    }
  }
}

function statementOf(type: string, message: Buffer): string {
  const body = message.subarray(5);
  const from = type === 'P' ? body.indexOf(0) + 1 : 0;
  return body.subarray(from, body.indexOf(0, from)).toString('utf8');
}

function query(text: string): Buffer {
  const body = Buffer.from(`${text}\0`);
  const head = Buffer.alloc(5);
  head.write('Q', 0);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
