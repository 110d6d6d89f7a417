import { useState } from 'react';
import { routes } from '../api/routes.js';
import type { HedgeDecision, HedgeDecisions } from '../api/types.js';
import { ActivityTabs } from '../components/activity-tabs.js';
import { ShapeIcon } from '../components/icons.js';
import { ErrorState, Loading, Segmented } from '../components/parts.js';
import { PaperBadge } from '../hedging/environment.js';
import { HedgeDecisionRecord, hedgeDecisionTitle } from '../hedging/hedge-decision-record.js';
import { OwnerOnly } from '../hedging/owner-only.js';
import { Link, paths } from '../router.js';
import { useAddress } from '../shell/address-in-view.js';
import { PageHead } from '../shell/shell.js';
import { useNow } from '../store/clock.js';
import { cache, useIsOwner, useOwnAnswer } from '../store/store.js';
import { hedgeDecisionMark } from '../words/hedging.js';
import { shortMoment } from '../words/times.js';

type Filter = 'all' | HedgeDecision['kind'];
const FILTERS: ReadonlyArray<readonly [Filter, string]> = [['all', 'All'], ['act', 'Actions'], ['hold', 'Held'], ['cannot', 'Could not']];

/** Every decision about hedges and derivative accounts, with what was weighed and how its orders went. */
export function HedgeActivityPage({ address: routed, record }: { address: string | null; record: string | null }) {
  const address = useAddress(routed);
  const isOwner = useIsOwner(address);
  const { value, problem } = useOwnAnswer<HedgeDecisions>(address, routes.hedgeDecisions);
  const [filter, setFilter] = useState<Filter>('all');
  const items = value?.items.filter(({ kind }) => filter === 'all' || kind === filter) ?? [];
  const chosen = record === null ? (items.find(({ kind }) => kind === 'act') ?? items[0]) : value?.items.find(({ id }) => id === record);
  return (
    <>
      <PageHead name="Hedge activity" headline="Every hedge Ballast made, and chose not to make" end={isOwner && <Segmented name="hedge-filter" label="Show" value={filter} options={FILTERS} onChange={setFilter} />} />
      <ActivityTabs address={address} here="hedges" />
      {address === null && <section className="card stack tight"><p>Paste an address first, or sign in.</p><div><Link to="/" className="button small">Paste an address</Link></div></section>}
      {address !== null && !isOwner && <OwnerOnly address={address} what="decisions about hedges" />}
      {address !== null && isOwner && !value && (problem ? <ErrorState problem={problem} again={() => cache.refresh(routes.hedgeDecisions(address))} /> : <Loading what="The record is being read." rows={5} />)}
      {address !== null && value && (
        <div className="activity">
          <section className="card activity-list" aria-label="Decisions, newest first">
            {items.length === 0 && <p className="activity-end">{filter === 'all' ? 'Nothing was decided yet. Each check of a hedge will stand here, also those that ended in waiting.' : 'Nothing of this kind.'}</p>}
            <ul>{items.map((item) => <li key={item.id}><Line item={item} address={address} current={item === chosen} /></li>)}</ul>
            {items.length > 0 && <p className="activity-end">{value.nextCursor === null ? 'That is all' : 'The newest 100 are shown'} · times in UTC</p>}
          </section>
          <div className="record-side stack">{chosen ? <HedgeDecisionRecord decision={chosen} /> : record !== null && <section className="card"><p>This decision is not among the newest 100.</p></section>}</div>
        </div>
      )}
    </>
  );
}

function Line({ item, address, current }: { item: HedgeDecision; address: string; current: boolean }) {
  const mark = hedgeDecisionMark(item);
  const now = useNow();
  return (
    <Link to={paths.hedgeActivity(address, item.id)} keepScroll aria-current={current ? 'true' : undefined}>
      <span className={`tone-${mark.tone}`}><ShapeIcon shape={mark.shape} size={16} /></span>
      <b>{hedgeDecisionTitle(item)}{item.environment === 'paper' && <> <PaperBadge environment="paper" /></>}</b>
      <time dateTime={item.lastAt}>{shortMoment(item.lastAt, now)}</time>
      <small>{item.sentence}</small>
    </Link>
  );
}
