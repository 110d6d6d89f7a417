// A process of its own: a mail server and many webhook endpoints, which count what they accept. Asked over IPC.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

const ENDPOINTS = 50;
const MESSAGE_ID = /^message-id:\s*(\S+)/im;

/** What was accepted since the last `clear`. */
const seen = { mails: new Set<string>(), posts: new Set<string>(), again: 0, withoutId: 0, lastAt: 0 };

function accept(of: Set<string>, id: string | undefined): void {
  seen.lastAt = Date.now();
  if (id === undefined || id === '') seen.withoutId += 1;
  else if (of.has(id)) seen.again += 1;
  else of.add(id);
}

const mail = new SMTPServer({
  authOptional: true, disabledCommands: ['AUTH', 'STARTTLS'], logger: false,
  onData(stream, session, done) {
    const parts: Buffer[] = [];
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('end', () => {
      const id = MESSAGE_ID.exec(Buffer.concat(parts).toString('latin1'))?.[1];
      accept(seen.mails, id === undefined ? undefined : `${id} ${session.envelope.rcptTo[0]?.address}`);
      done();
    });
  },
});

const listening = (server: { listen(port: number, host: string, done: () => void): unknown }): Promise<void> => new Promise((done) => server.listen(0, '127.0.0.1', done));

await listening(mail as never);
const hooks = await Promise.all(Array.from({ length: ENDPOINTS }, async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const id = request.headers['webhook-id'];
      accept(seen.posts, typeof id === 'string' ? `${id} ${request.url}` : undefined);
      response.writeHead(204).end();
    });
  });
  await listening(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}));

process.on('message', (asked) => {
  if (asked === 'clear') Object.assign(seen, { mails: new Set(), posts: new Set(), again: 0, withoutId: 0, lastAt: 0 });
  process.send?.({ mails: seen.mails.size, posts: seen.posts.size, again: seen.again, withoutId: seen.withoutId, lastAt: seen.lastAt });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ smtpUrl: `smtp://127.0.0.1:${(mail.server.address() as AddressInfo).port}`, hooks });
