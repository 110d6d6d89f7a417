import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '@ballast/embedded';
import { HttpWebhookChannel, Notifier, SmtpEmailChannel } from '@ballast/notifications';
import type { DeliveryOutcome, DueDelivery } from '@ballast/policy';
import { aDueDelivery } from '../../libs/notifications/test/due-delivery.js';
import { SAMPLES } from '../../libs/notifications/test/samples.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const docs = readFileSync(join(root, 'docs/webhooks.md'), 'utf8');
const newSecret = (): string => `whsec_${randomBytes(24).toString('base64')}`;
const hasPython = spawnSync('python3', ['--version']).status === 0;

/** The example of that name, exactly as it is printed. */
function exampleOf(name: string): string {
  const [, text] = new RegExp(`^\`\`\`\\w+ ${name.replace('.', '\\.')}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(docs) ?? [];
  if (text === undefined) throw new Error(`docs/webhooks.md has no example ${name}`);
  return text;
}

/** What the real sender makes of one delivery. */
async function deliver(delivery: DueDelivery): Promise<DeliveryOutcome> {
  const email = new SmtpEmailChannel({ smtpUrl: 'smtp://127.0.0.1:9', from: 'Ballast <alerts@ballast.example>' });
  const notifier = new Notifier({ email, webhook: new HttpWebhookChannel({ allowLoopback: true }), publicUrl: 'https://ballast.example', random: () => 0.5 });
  return notifier.attempt(delivery).then(({ outcome }) => outcome).finally(() => email.close());
}

const RECEIVERS = [['TypeScript', 'receiver.ts', [process.execPath, '--import', 'tsx'], true], ['Python', 'receiver.py', ['python3'], hasPython]] as const;

describe.each(RECEIVERS)('the receiver in %s that the docs print', (_language, name, [command, ...flags], canRun) => {
  const secret = newSecret();
  let folder: string;
  let child: ChildProcess;
  let url: string;
  let said = '';

  beforeAll(async () => {
    if (!canRun) return;
    folder = mkdtempSync(join(tmpdir(), 'ballast-receiver-'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(join(folder, name), exampleOf(name));
    const port = await freePort();
    url = `http://127.0.0.1:${port}/hook`;
    child = spawn(command, [...flags, name], { cwd: folder, env: { ...process.env, PORT: String(port), WEBHOOK_SECRET: secret }, stdio: ['ignore', 'pipe', 'pipe'] });
    await new Promise<void>((resolve, reject) => {
      const hear = (data: Buffer): void => {
        said += data.toString();
        if (said.includes('ready')) resolve();
      };
      child.stdout!.on('data', hear);
      child.stderr!.on('data', hear);
      child.once('exit', (code) => reject(new Error(`it ended with ${code}: ${said}`)));
    });
  });
  afterAll(() => {
    child?.kill('SIGKILL');
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  let events = 0;
  const anEvent = (over: Parameters<typeof aDueDelivery>[0] = {}, signing: Partial<DueDelivery['subscription']> = {}) =>
    aDueDelivery({ ...over, event: { id: `evt_${(events += 1)}`, data: SAMPLES['action.done'], ...over.event }, subscription: { channel: 'webhook', target: url, secret, ...signing } });

  it.skipIf(!canRun)('answers the challenge, takes events once, also under a renewed secret, and refuses what is forged or old', async () => {
    expect(await deliver(anEvent({ event: { kind: 'webhook.challenge', data: { challenge: randomBytes(32).toString('base64url') } } }))).toEqual({ kind: 'delivered', status: 200, proven: true });

    const event = anEvent();
    for (const _again of [1, 2]) expect(await deliver(event)).toEqual({ kind: 'delivered', status: 204 });
    const renewed = anEvent({}, { secret: newSecret(), previousSecrets: [secret] });
    expect(await deliver(renewed)).toEqual({ kind: 'delivered', status: 204 });

    const forged = anEvent({}, { secret: newSecret() });
    const minutesOff = (minutes: number) => ({ ...anEvent(), claimedAt: new Date(Date.now() + minutes * 60_000) });
    for (const refused of [forged, minutesOff(-6), minutesOff(6)]) expect(await deliver(refused)).toMatchObject({ kind: 'failed', status: 401 });
    expect(await deliver(minutesOff(-4))).toEqual({ kind: 'delivered', status: 204 });
    expect(said.split('\n').filter((line) => line.includes(event.event.id))).toEqual([`ballast.action.done ${event.event.id}`]);
    expect(said).toContain(renewed.event.id);
    expect(said).not.toContain(forged.event.id);
  });
});
