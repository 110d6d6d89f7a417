import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import type { Resolve } from '../src/webhook/target.js';

const A = 1;
const CNAME = 5;
const AAAA = 28;
const NO_SUCH_NAME = 3;

/** What is answered to a question for a name: addresses, and a name that they are the addresses of. */
export interface DnsAnswer {
  readonly a?: readonly string[];
  readonly aaaa?: readonly string[];
  readonly alias?: string;
}

const bytesOfName = (name: string): Buffer => Buffer.concat([...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])), Buffer.from([0])]);
/** Full notation only: eight groups. */
const bytesOfAddress = (ip: string): Buffer => (ip.includes(':') ? Buffer.from(ip.split(':').map((group) => group.padStart(4, '0')).join(''), 'hex') : Buffer.from(ip.split('.').map(Number)));

function record(name: Buffer, type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(10);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(1, 2);
  // Bytes 4 to 7: lives for 0 seconds, as one that is about to lead elsewhere says.
  head.writeUInt16BE(data.length, 8);
  return Buffer.concat([name, head, data]);
}

function answered(query: Buffer, answer: DnsAnswer | null): Buffer {
  const end = query.indexOf(0, 12) + 5;
  const question = query.subarray(12, end);
  const type = query.readUInt16BE(end - 4);
  const addresses = answer === null ? [] : type === A ? (answer.a ?? []) : type === AAAA ? (answer.aaaa ?? []) : [];
  const owner = answer?.alias === undefined ? Buffer.from([0xc0, 12]) : bytesOfName(answer.alias);
  const records = [
    ...(answer?.alias === undefined ? [] : [record(Buffer.from([0xc0, 12]), CNAME, bytesOfName(answer.alias))]),
    ...addresses.map((ip) => record(owner, type, bytesOfAddress(ip))),
  ];
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 | (answer === null ? NO_SUCH_NAME : 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  return Buffer.concat([head, question, ...records]);
}

/** A name server on UDP 127.0.0.1, and a way to resolve by it as the sender does: every A and AAAA. `answers(n)` is what the question number n (from 0) of each type gets; null for no such name. */
export async function startLocalDns(answers: (turn: number) => DnsAnswer | null): Promise<{ readonly resolve: Resolve; readonly asked: () => number; readonly stop: () => Promise<void> }> {
  const socket = createSocket('udp4');
  const turns = new Map<number, number>();
  socket.on('message', (query, from) => {
    const type = query.readUInt16BE(query.indexOf(0, 12) + 1);
    const turn = turns.get(type) ?? 0;
    turns.set(type, turn + 1);
    socket.send(answered(query, answers(turn)), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  return {
    resolve: async (host) => {
      const both = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
      return both.flatMap((found) => (found.status === 'fulfilled' ? found.value : []));
    },
    asked: () => turns.get(A) ?? 0,
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
