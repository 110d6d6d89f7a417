import { useState } from 'react';
import { routes } from '../api/routes.js';
import { ShapeIcon } from '../components/icons.js';
import { Segmented } from '../components/parts.js';
import { useAnswer } from '../store/store.js';
import { clockTime } from '../words/times.js';
import type { DemoMail, DemoWebhook } from './types.js';

const newestFirst = <T extends { at: string }>(items: readonly T[]): T[] => [...items].sort((left, right) => Date.parse(right.at) - Date.parse(left.at));

/** The mails that the demo's own inbox received. A mail is foreign content: it is shown in a frame that may run nothing, and its links open in a tab of their own. */
export function InboxPane() {
  const { value } = useAnswer<DemoMail[]>(routes.demoInbox, 2_000);
  const [chosen, setChosen] = useState<string | null>(null);
  const [form, setForm] = useState<'html' | 'text'>('html');
  const mails = newestFirst(value ?? []);
  const mail = mails.find((one) => one.id === chosen) ?? mails[0];
  return (
    <section className="card flush" aria-label="Inbox">
      <div className="card-head pane-head"><h2>Inbox <span className="text3">{mails.length}</span></h2>{mail && <Segmented name="mail-form" label="Show the mail as" value={form} options={[['html', 'Mail'], ['text', 'Text']]} onChange={setForm} />}</div>
      {!mail && <p className="pane-empty">No mail yet. The owner’s mail about each action lands here.</p>}
      {mail && (
        <>
          <div className="pane-list">
            {mails.map((one) => (
              <button key={one.id} type="button" aria-pressed={one === mail} onClick={() => setChosen(one.id)}>
                <b className="strong">{one.subject}</b>
                <time className="small text3 num" dateTime={one.at}>{clockTime(one.at)}</time>
                <small>to {one.to}</small>
              </button>
            ))}
          </div>
          {form === 'html' && mail.html !== '' ? <iframe className="mail-frame" title={`Mail: ${mail.subject}`} sandbox="allow-popups allow-popups-to-escape-sandbox" srcDoc={`<base target="_blank">${mail.html}`} referrerPolicy="no-referrer" /> : <pre className="mail-text">{mail.text}</pre>}
        </>
      )}
    </section>
  );
}

/** The posts that the demo's own receiver got, and whether their signature held. */
export function WebhookPane() {
  const { value } = useAnswer<DemoWebhook[]>(routes.demoWebhooks, 2_000);
  const [chosen, setChosen] = useState<string | null>(null);
  const posts = newestFirst(value ?? []);
  const post = posts.find((one) => one.id === chosen) ?? posts[0];
  return (
    <section className="card flush" aria-label="Webhooks">
      <div className="card-head pane-head"><h2>Webhooks <span className="text3">{posts.length}</span></h2></div>
      {!post && <p className="pane-empty">No post yet. Programs that subscribed get each event here, signed.</p>}
      {post && (
        <>
          <div className="pane-list">
            {posts.map((one) => (
              <button key={one.id} type="button" aria-pressed={one === post} onClick={() => setChosen(one.id)}>
                <b className="strong">{one.type}</b>
                <time className="small text3 num" dateTime={one.at}>{clockTime(one.at)}</time>
                <small className={one.verified ? 'tone-safe' : 'tone-danger'}>
                  <span style={{ display: 'inline-block', verticalAlign: '-2px', marginRight: 5 }}><ShapeIcon shape={one.verified ? 'circle' : 'octagon'} size={12} /></span>
                  {one.verified ? 'Signature holds' : 'Signature does not hold'}
                </small>
              </button>
            ))}
          </div>
          <pre className="mail-text">{JSON.stringify(post.body, null, 2)}</pre>
        </>
      )}
    </section>
  );
}
