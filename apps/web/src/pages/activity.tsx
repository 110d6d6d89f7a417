import { useState } from 'react';
import { routes } from '../api/routes.js';
import type { Activity, ActivityItem, Decision } from '../api/types.js';
import { ActivityTabs } from '../components/activity-tabs.js';
import { DecisionRecord } from '../components/decision-record.js';
import { ShapeIcon } from '../components/icons.js';
import { ErrorState, HashText, Loading, Segmented } from '../components/parts.js';
import { StateChip } from '../components/state-chip.js';
import { Link, paths } from '../router.js';
import { addressInView, useRememberAddress } from '../shell/address-in-view.js';
import { PageHead } from '../shell/shell.js';
import { useNow } from '../store/clock.js';
import { cache, useAnswer, useFollow, useSession } from '../store/store.js';
import { activityMark, activityPile } from '../words/states.js';
import { dateSeconds, shortMoment } from '../words/times.js';

type Filter = 'all' | 'acted' | 'held' | 'could-not';
const FILTERS: ReadonlyArray<readonly [Filter, string]> = [['all', 'All'], ['acted', 'Actions'], ['held', 'Held'], ['could-not', 'Could not']];
const HEADLINE = 'Everything Ballast did, and chose not to do';

export function ActivityPage({ address: routed, record }: { address: string | null; record: string | null }) {
  const { value: session } = useSession();
  // A link to one record carries no address: the record knows whose it is.
  const { value: linked } = useAnswer<Decision>(routed === null && record !== null ? routes.decision(record) : null);
  const address = routed ?? linked?.account.toLowerCase() ?? addressInView() ?? session?.address?.toLowerCase() ?? null;
  useRememberAddress(address);
  useFollow(address);
  const { value: activity, problem } = useAnswer<Activity>(address === null ? null : routes.activity(address));
  const [filter, setFilter] = useState<Filter>('all');
  const items = (activity?.items ?? []).filter((item) => filter === 'all' || activityPile(item) === filter);
  const chosen = record === null ? (items.find((item) => item.decisionId !== null && activityPile(item) === 'acted') ?? items[0]) : activity?.items.find((item) => item.decisionId === record || item.id === record);
  const decisionId = chosen ? chosen.decisionId : record;
  return (
    <>
      <PageHead name="Activity" headline={HEADLINE} end={<Segmented name="activity-filter" label="Show" value={filter} options={FILTERS} onChange={setFilter} />} />
      <ActivityTabs address={address} here="loans" />
      {address === null && <section className="card stack tight"><p>Paste an address first: activity is kept for each one.</p><div><Link to="/" className="button small">Paste an address</Link></div></section>}
      {address !== null && !activity && (problem ? <ErrorState problem={problem} again={() => cache.refresh(routes.activity(address))} /> : <Loading what="The record is being read." rows={5} />)}
      {activity && address !== null && (
        <div className="activity">
          <section className="card activity-list" aria-label="What happened, newest first">
            {items.length === 0 && <p className="activity-end">{filter === 'all' ? 'Nothing has happened yet. Every decision for this address will stand here, also those to do nothing.' : 'Nothing of this kind.'}</p>}
            <ul>{items.map((item) => <li key={item.id}><Line item={item} address={address} current={item === chosen} /></li>)}</ul>
            {items.length > 0 && <p className="activity-end">{activity.nextCursor === null ? 'That is all' : 'The newest 100 are shown'} · times in UTC</p>}
          </section>
          <div className="record-side stack" aria-live="off">
            {decisionId !== null ? <Record id={decisionId} /> : chosen && <Note item={chosen} />}
          </div>
        </div>
      )}
    </>
  );
}

function Line({ item, address, current }: { item: ActivityItem; address: string; current: boolean }) {
  const mark = activityMark(item);
  const now = useNow();
  return (
    <Link to={paths.activity(address, item.decisionId ?? item.id)} keepScroll aria-current={current ? 'true' : undefined}>
      <span className={`tone-${mark.tone}`}><ShapeIcon shape={mark.shape} size={16} /></span>
      <b>{item.title}</b>
      <time dateTime={item.at}>{shortMoment(item.at, now)}</time>
      <small>{item.detail}</small>
    </Link>
  );
}

function Record({ id }: { id: string }) {
  const { value: decision, problem } = useAnswer<Decision>(routes.decision(id));
  if (decision) return <DecisionRecord decision={decision} />;
  return problem ? <ErrorState problem={problem} again={() => cache.refresh(routes.decision(id))} /> : <Loading what="The record is being read." />;
}

function Note({ item }: { item: ActivityItem }) {
  return (
    <section className="card">
      <div className="record-head"><StateChip mark={activityMark(item)} /><h2>{item.title}</h2>{item.transactionHash !== null && <span className="tx"><HashText hash={item.transactionHash} /></span>}</div>
      <p>{item.detail}</p>
      <p className="facts"><span>{dateSeconds(item.at)} UTC</span></p>
    </section>
  );
}
