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
const ESCALATES_MINUTES = [15, 60] as const;
const waitWords = (minutes: number): string => (minutes === 60 ? 'an hour' : `${minutes} minutes`);
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
      <ChannelForm account={account} owner={owner} />
      {owner && <OwnAlerts account={account} />}
    </section>
  );
}

function ChannelForm({ account, owner }: { account: string; owner: boolean }) {
  const [channel, setChannel] = useState<Channel>('email');
  const [target, setTarget] = useState('');
  const [alive, setAlive] = useState('0');
  const [leastSeverity, setLeast] = useState<Severity>('info');
  const [escalates, setEscalates] = useState('0');
  const [step, setStep] = useState<Step>({ kind: 'open' });
  const send = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setStep({ kind: 'sending' });
    const value = target.trim();
    try {
      const subscription = await ask<Subscription>('POST', '/v1/subscriptions', { channel, account, leastSeverity, ...(owner && escalates !== '0' ? { escalatesAfterMinutes: Number(escalates) } : {}), ...(channel === 'email' ? { email: value } : { url: value }), ...(channel === 'email' || alive === '0' ? {} : { aliveMinutes: Number(alive) }) });
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
        {subscription.channel === 'email' ? <p>We sent a mail to {subscription.target}. Nothing else goes there before you open its link and confirm.</p> : <WebhookMade subscription={subscription} />}
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
      {owner && (
        <label className="field">
          <span>When</span>
          <select value={escalates} onChange={(event) => setEscalates(event.target.value)}>
            <option value="0">At once</option>
            {ESCALATES_MINUTES.map((minutes) => <option key={minutes} value={minutes}>Alarms that your others did not get, or that nobody has seen after {waitWords(minutes)}</option>)}
          </select>
        </label>
      )}
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

function WebhookMade({ subscription: { target, status, aliveMinutes } }: { subscription: Subscription }) {
  if (status === 'pending') return <p>We posted a challenge to <span className="mono">{target}</span> and are waiting for your endpoint to answer it: with a 2xx and <code>{'{"challenge": "…"}'}</code>, the text that <code>data.challenge</code> held. Nothing else goes there before.</p>;
  return <p>Posts go to <span className="mono">{target}</span>{aliveMinutes === null ? '' : `, a sign of life every ${aliveWords(aliveMinutes)}`}.</p>;
}

/** Where a subscription stands, and what to do about one that waits. */
function standing({ status, waitsFor, aliveMinutes }: Subscription): string {
  if (status !== 'pending') return aliveMinutes === null ? 'Active' : `Active, a sign of life every ${aliveWords(aliveMinutes)}`;
  if (waitsFor?.what !== 'challenge') return 'Waits for its confirmation';
  const why = waitsFor.lastError === null ? '' : ` Last try: ${waitsFor.lastError}.`;
  return waitsFor.state === 'given-up' ? `Your endpoint did not answer the challenge.${why} Mend it and create the same webhook again: it is sent another.` : `Waiting for your endpoint to answer the challenge.${why}`;
}

/** Asked twice: whoever checks posts must then be given the new secret. */
function RenewSecret({ account, id }: { account: string; id: string }) {
  const [step, setStep] = useState<{ readonly kind: 'closed' | 'asked' | 'sending' } | { readonly kind: 'renewed'; readonly secret: string; readonly previousUntil: string } | { readonly kind: 'refused'; readonly why: string }>({ kind: 'closed' });
  const renew = async (): Promise<void> => {
    setStep({ kind: 'sending' });
    try {
      setStep({ kind: 'renewed', ...(await ask<{ secret: string; previousUntil: string }>('POST', routes.renewSecret(account, id))) });
    } catch (error) {
      setStep({ kind: 'refused', why: error instanceof Error ? error.message : String(error) });
    }
  };
  if (step.kind === 'renewed') {
    return (
      <div className="stack tight" role="status">
        <p>The new signing secret is shown only now. Posts carry a signature by the old one too until {dateSeconds(step.previousUntil)}.</p>
        <code className="secret">{step.secret}</code>
        <p><CopyButton text={step.secret} what="secret" /> <span className="small text2">Copy the secret.</span></p>
      </div>
    );
  }
  return (
    <span>
      {step.kind === 'asked' && <span className="small text2">The old secret is signed with for 24 more hours. </span>}
      <button type="button" className="button small" disabled={step.kind === 'sending'} onClick={() => (step.kind === 'asked' ? void renew() : setStep({ kind: 'asked' }))}>{step.kind === 'asked' ? 'Yes, renew it' : 'Renew the secret'}</button>
      {step.kind === 'refused' && <span className="problem-text" role="alert"> {step.why}</span>}
    </span>
  );
}

function OwnAlerts({ account }: { account: string }) {
  const { value: subscriptions } = useAnswer<Subscription[]>(routes.subscriptions(account));
  const { value: deliveries } = useAnswer<Delivery[]>(routes.deliveries(account));
  const lasting = subscriptions?.filter((subscription) => subscription.status !== 'ended') ?? [];
  return (
    <>
      {lasting.length > 0 && (
        <ul className="tx-list">
          {lasting.map((subscription) => <li key={subscription.id}><span className="mono">{subscription.target}</span><span className="text2">{standing(subscription)} · {subscription.escalatesAfterMinutes === null ? leastWords(subscription.leastSeverity) : `Alarms that nobody has seen after ${waitWords(subscription.escalatesAfterMinutes)}`}</span>{subscription.channel === 'webhook' && subscription.byOwner && <RenewSecret account={account} id={subscription.id} />}</li>)}
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
