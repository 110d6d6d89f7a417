import { useState } from 'react';
import { ApiProblem, ask } from '../api/client.js';
import type { Alarm, Subscription } from '../api/types.js';
import { AddressText } from '../components/parts.js';
import { PageHead } from '../shell/shell.js';

/** Links in mails carry their token after the `#`, which is never sent to a server; nothing happens before the click, so a mail scanner does nothing. */
function tokenInLink(): string | null {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  return token === null || token.length < 20 ? null : token;
}

type Step<Answer> = { readonly kind: 'asked' } | { readonly kind: 'sending' } | { readonly kind: 'done'; readonly answer: Answer } | { readonly kind: 'failed'; readonly why: string };

function useLink<Answer>(path: string): { token: string | null; step: Step<Answer>; send: () => Promise<void> } {
  const [token] = useState(tokenInLink);
  const [step, setStep] = useState<Step<Answer>>({ kind: 'asked' });
  const send = async (): Promise<void> => {
    setStep({ kind: 'sending' });
    try {
      setStep({ kind: 'done', answer: await ask<Answer>('POST', path, { token }) });
    } catch (error) {
      setStep({ kind: 'failed', why: error instanceof ApiProblem ? error.message : String(error) });
    }
  };
  return { token, step, send };
}

const BROKEN = 'This link is not complete. Open it from the mail again, or copy all of it.';

export function ConfirmPage() {
  const { token, step, send } = useLink<Subscription>('/v1/subscriptions/confirm');
  const done = step.kind === 'done' ? step.answer : null;
  return (
    <>
      <PageHead name="Confirm alerts" headline={done ? 'You will get alerts by mail' : 'Do you want alerts at this address?'} />
      <section className="card stack">
        {done ? <p>Alerts for <AddressText address={done.account} /> go to {done.target}. Each mail has a link that ends them.</p> : token === null ? <p>{BROKEN}</p> : <p>Somebody asked Ballast to send you alerts about a loan. If it was not you, close this page and nothing is sent.</p>}
        {!done && token !== null && <div><button type="button" className="button primary" disabled={step.kind === 'sending'} onClick={() => void send()}>Confirm</button></div>}
        {step.kind === 'failed' && <p className="problem-text" role="alert">{step.why}</p>}
      </section>
    </>
  );
}

export function UnsubscribePage() {
  const { token, step, send } = useLink<Subscription>('/v1/subscriptions/end');
  const done = step.kind === 'done' ? step.answer : null;
  return (
    <>
      <PageHead name="End alerts" headline={done ? 'These alerts have ended' : 'End these alerts?'} />
      <section className="card stack">
        {done ? <p>Nothing more goes to {done.target} about <AddressText address={done.account} />. Protection, if you have any, is not changed by this.</p> : token === null ? <p>{BROKEN}</p> : <p>You will no longer be told what Ballast does, or that it cannot protect a loan. Protection itself is not changed.</p>}
        {!done && token !== null && <div><button type="button" className="button primary" disabled={step.kind === 'sending'} onClick={() => void send()}>End these alerts</button></div>}
        {step.kind === 'failed' && <p className="problem-text" role="alert">{step.why}</p>}
      </section>
    </>
  );
}

/** What the button "I have seen this" of a mail opens. */
export function AcknowledgePage() {
  const { token, step, send } = useLink<Alarm>('/v1/alarms/acknowledge');
  const done = step.kind === 'done' ? step.answer : null;
  return (
    <>
      <PageHead name="Acknowledge" headline={done ? (done.endedAt === null ? 'We do not tell you of this again' : 'This is over already') : 'Have you seen this alarm?'} />
      <section className="card stack">
        {done ? <p>{done.title}, for <AddressText address={done.account} />. {done.endedAt === null ? 'It is still so: nothing was repaired by this. We tell you when it is over, or when its reason becomes another.' : 'Nothing for you to do.'}</p> : token === null ? <p>{BROKEN}</p> : <p>Then we stop telling you of it again and again. It changes nothing else: what is not protected stays so until it is repaired.</p>}
        {!done && token !== null && <div><button type="button" className="button primary" disabled={step.kind === 'sending'} onClick={() => void send()}>I have seen this</button></div>}
        {step.kind === 'failed' && <p className="problem-text" role="alert">{step.why}</p>}
      </section>
    </>
  );
}
