import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Operated } from '../admin/admin.js';
import type { RunningVenue } from '../running-venue.js';
import { DeribitSession } from './deribit-session.js';
import { HyperliquidSession } from './hyperliquid-session.js';
import type { PushFaults } from './push-faults.js';
import type { Session } from './session.js';

const LOOK_EVERY_MS = 20;
const MOST_BYTES = 100_000;
const MOST_CONNECTIONS = 100;
const TOO_MANY = 1013;

interface Connection {
  readonly socket: WebSocket;
  readonly session: Session;
  readonly running: RunningVenue;
  readonly faults: PushFaults;
}

/** The sockets of both venues: `/ws` of Hyperliquid and `/ws/api/v2` of Deribit. While anybody is there, what they follow is looked at and told. */
export class Connections {
  private readonly open = new Set<Connection>();
  private readonly sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_BYTES });
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly operated: Operated) {}

  attach(server: Server): void {
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      const { hyperliquid, deribit, pushes } = this.operated;
      const path = request.url?.split('?')[0];
      const made = path === '/ws' ? { session: new HyperliquidSession(hyperliquid), running: hyperliquid.running, faults: pushes.hyperliquid } : path === '/ws/api/v2' ? { session: new DeribitSession(deribit), running: deribit.running, faults: pushes.deribit } : null;
      if (made === null) {
        socket.destroy();
        return;
      }
      this.sockets.handleUpgrade(request, socket, head, (accepted) => this.accept({ socket: accepted, ...made }));
    });
  }

  stop(): void {
    clearInterval(this.timer);
    for (const { socket } of this.open) socket.terminate();
    this.open.clear();
  }

  private accept(connection: Connection): void {
    const { socket, session, running, faults } = connection;
    if (this.open.size >= MOST_CONNECTIONS) {
      socket.close(TOO_MANY);
      return;
    }
    this.open.add(connection);
    this.timer ??= setInterval(() => this.look(), LOOK_EVERY_MS);
    socket.on('message', (data) => {
      running.tick();
      const answers = session.answer(json(data.toString('utf8')));
      if (!faults.isStalled(running.clock.now())) for (const answer of answers) socket.send(JSON.stringify(answer));
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      this.open.delete(connection);
      if (this.open.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    });
  }

  private look(): void {
    for (const connection of this.open) {
      const nowMs = connection.running.tick();
      const due = connection.session.due();
      if (due === 'close') connection.socket.close();
      else for (const message of [...due, ...[...connection.session.streams.values()].flatMap((stream) => stream())]) if (!this.push(connection, message, nowMs)) break;
    }
  }

  /** False where the connection broke in its place. */
  private push({ socket, faults }: Connection, message: unknown, nowMs: number): boolean {
    const passed = faults.pass(JSON.stringify(message), nowMs);
    if (passed.kind === 'break') {
      socket.terminate();
      return false;
    }
    for (const text of passed.texts) socket.send(text);
    return true;
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
