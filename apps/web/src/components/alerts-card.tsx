import { useState, type FormEvent } from 'react';
import { ApiProblem, ask } from '../api/client.js';
import { routes } from '../api/routes.js';
import type { Delivery, Subscription } from '../api/types.js';
import { cache, useAnswer, useSession } from '../store/store.js';
import { dateSeconds } from '../words/times.js';
import { CopyButton, Segmented } from './parts.js';

type Channel = 'email' | 'webhook';
type Severity = Subscription['leastSeverity'];
const LEAST: readonly (readonly [Severity, string])[] = [['info', 'Everything'], ['warning', 'Warnings and alarms'], ['critical', 'Alarms only']];
const leastWords = (least: Severity): string => LEAST.find(([severity]) => severity === least)?.[1] ?? '';
const ALIVE_MINUTES = [5, 15, 60, 1440] as const;
const aliveWords = (minutes: number): string => (minutes === 1440 ? 'day' : minutes === 60 ? 'hour' : minutes === 1 ? 'minute' : `${minutes} minutes`);
type Step = { readonly kind: 'open' } | { readonly kind: 'sending' } | { readonly kind: 'done'; readonly subscription: Subscription } | { readonly kind: 'refused'; readonly why: string };

/** Asks for alerts about an address by mail or webhook; the owner also sees where they went. */
export function AlertsCard({ account }: { account: string }) {
  const { value: session } = useSession();
  const owner = session?.address?.toLowerCase() === account.toLowerCase();
  return (
    <section className="card stack alerts" style={{ gap: 12 }}>
      <h2>Alerts</h2>
      <p className="text2">Be told what Ballast does, and when it cannot protect this address. No account needed.</p>
      <ChannelForm account={account} />
      {owner && <OwnAlerts account={account} />}
    </section>
  );
}

function ChannelForm({ account }: { account: string }) {
  const [channel, setChannel] = useState<Channel>('email');
  const [target, setTarget] = useState('');
  const [alive, setAlive] = useState('0');
  const [leastSeverity, setLeast] = useState<Severity>('info');
  const [step, setStep] = useState<Step>({ kind: 'open' });
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setStep({ kind: 'sending' });
    const value = target.trim();
    try {
      const subscription = await ask<Subscription>('POST', '/v1/subscriptions', channel === 'email' ? { channel, account, leastSeverity, email: value } : { channel, account, leastSeverity, url: value, ...(alive === '0' ? {} : { aliveMinutes: Number(alive) }) });
      setStep({ kind: 'done', subscription });
      setTarget('');
      cache.refresh(routes.subscriptions(account));
    } catch (error) {
      setStep({ kind: 'refused', why: error instanceof ApiProblem ? (error.problem.errors?.map((field) => `${field.field}: got ${field.given}, expected ${field.expected}`).join('. ') ?? error.message) : String(error) });
    }
  };
  if (step.kind === 'done') {
    const { subscription } = step;
    return (
      <div className="stack tight" role="status">
        {subscription.channel === 'email' ? <p>We sent a mail to {subscription.target}. Nothing else goes there before you open its link and confirm.</p> : <p>Posts go to <span className="mono">{subscription.target}</span>{subscription.aliveMinutes === null ? '' : `, a sign of life every ${aliveWords(subscription.aliveMinutes)}`}.</p>}
        {subscription.secret !== null && (
          <>
            <p>Its signing secret is shown only now. Keep it: with it you check that a post is ours.</p>
            <code className="secret">{subscription.secret}</code>
            <p><CopyButton text={subscription.secret} what="secret" /> <span className="small text2">Copy the secret. Scheme: Standard Webhooks.</span></p>
          </>
        )}
        <div><button type="button" className="button small" onClick={() => setStep({ kind: 'open' })}>Add another</button></div>
      </div>
    );
  }
  return (
    <form className="stack tight" onSubmit={(event) => void send(event)} noValidate>
      <Segmented name="alert-channel" label="Where to" value={channel} options={[['email', 'Email'], ['webhook', 'Webhook']]} onChange={setChannel} />
      <label className="field">
        <span>{channel === 'email' ? 'Your email address' : 'URL that takes the posts'}</span>
        <input type={channel === 'email' ? 'email' : 'url'} autoComplete={channel === 'email' ? 'email' : 'off'} value={target} onChange={(event) => setTarget(event.target.value)} placeholder={channel === 'email' ? 'you@example.org' : 'https://example.org/ballast'} required />
      </label>
      <label className="field">
        <span>What to be told</span>
        <select value={leastSeverity} onChange={(event) => setLeast(event.target.value as Severity)}>
          {LEAST.map(([severity, words]) => <option key={severity} value={severity}>{words}</option>)}
        </select>
      </label>
      {channel === 'webhook' && (
        <label className="field">
          <span>Signs of life: a post as long as we see the chain. One that does not come says that we do not</span>
          <select value={alive} onChange={(event) => setAlive(event.target.value)}>
            <option value="0">None</option>
            {ALIVE_MINUTES.map((minutes) => <option key={minutes} value={minutes}>Every {aliveWords(minutes)}</option>)}
          </select>
        </label>
      )}
      <div><button type="submit" className="button small" disabled={step.kind === 'sending' || target.trim() === ''}>{channel === 'email' ? 'Send the confirmation mail' : 'Create the webhook'}</button></div>
      {step.kind === 'refused' && <p className="problem-text" role="alert">{step.why}</p>}
    </form>
  );
}

function OwnAlerts({ account }: { account: string }) {
  const { value: subscriptions } = useAnswer<Subscription[]>(routes.subscriptions(account));
  const { value: deliveries } = useAnswer<Delivery[]>(routes.deliveries(account));
  const standing = subscriptions?.filter((subscription) => subscription.status !== 'ended') ?? [];
  return (
    <>
      {standing.length > 0 && (
        <ul className="tx-list">
          {standing.map((subscription) => <li key={subscription.id}><span className="mono">{subscription.target}</span><span className="text2">{subscription.status === 'pending' ? 'Waits for its confirmation' : subscription.aliveMinutes === null ? 'Active' : `Active, a sign of life every ${aliveWords(subscription.aliveMinutes)}`}. {leastWords(subscription.leastSeverity)}</span></li>)}
        </ul>
      )}
      {deliveries && deliveries.length > 0 && (
        <details>
          <summary>Last deliveries</summary>
          <ul className="tx-list">
            {deliveries.slice(0, 8).map((delivery) => (
              <li key={delivery.id}>
                <span>{delivery.kind} <span className="text2">{delivery.channel}</span></span>
                <span className={delivery.status === 'dead' ? 'tone-danger' : 'text2'}>{delivery.status === 'delivered' ? `Delivered ${dateSeconds(delivery.deliveredAt)}` : delivery.status === 'dead' ? `Given up after ${delivery.attempts} tries` : `Trying, ${delivery.attempts} so far`}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}
