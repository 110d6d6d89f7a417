import { useState } from 'react';
import { ApiProblem, ask } from '../api/client.js';
import { routes } from '../api/routes.js';
import type { Stop } from '../api/types.js';
import { cache, useAnswer, useSession } from '../store/store.js';
import type { Mark } from '../words/states.js';
import { dateTime } from '../words/times.js';
import { Banner } from './parts.js';

const STOPPED: Mark = { tone: 'danger', shape: 'octagon', word: 'Stopped' };
const SALES: Mark = { tone: 'watch', shape: 'hold', word: 'Sales stopped' };

/** What each kind of stop is called at the head of its banner. */
export function stopTitle({ stops, by }: Pick<Stop, 'stops' | 'by'>): string {
  if (by === 'shadow') return 'You have Ballast in shadow mode';
  if (by === 'owner') return 'You stopped Ballast for this address';
  const who = by === 'operator' ? 'by its operators' : 'by itself';
  return stops === 'fill' ? `Sales of collateral are stopped by ${by === 'operator' ? "Ballast's operators" : 'Ballast itself'}` : stops === 'all' ? `Ballast is stopped ${who}` : `Ballast is slowed ${who}: it acts only where it is urgent`;
}

/** Kill switches and breakers that keep Ballast from acting: on the loans of an address, or on any where none is given; nothing where there are none. */
export function StopBanners({ account }: { account?: string }) {
  const { value: stops } = useAnswer<Stop[]>(account === undefined ? routes.stopsOfAll : routes.stops(account), 10_000);
  return (
    <>
      {stops?.map((stop) => (
        <Banner key={`${stop.scope} ${stop.asset ?? ''} ${stop.breaker ?? stop.by}`} tone={stop.stops === 'fill' ? 'watch' : 'danger'} mark={stop.stops === 'fill' ? SALES : STOPPED} title={stopTitle(stop)}>
          {stop.sentence} Since {dateTime(stop.since)} UTC.{stop.stops === 'fill' || stop.by === 'owner' || stop.by === 'shadow' ? '' : ' If you must act, use the protocol directly.'}
        </Banner>
      ))}
    </>
  );
}

/** The owner's own switch. It ends no mandate: that is the owner's transaction, and needs nobody. */
export function OwnSwitch({ account }: { account: string }) {
  const { value: session } = useSession();
  const { value: stops } = useAnswer<Stop[]>(routes.stops(account), 10_000);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  if (stops === undefined || session?.address?.toLowerCase() !== account.toLowerCase()) return null;
  const isStopped = stops.some(({ by }) => by === 'owner');
  const turn = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      cache.put(routes.stops(account), await ask<Stop[]>(isStopped ? 'DELETE' : 'POST', routes.stop(account)));
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error.message);
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card stack" style={{ gap: 12 }}>
      <h2>Your switch</h2>
      <p className="text2">{isStopped ? 'We do nothing for your loans until you let us go on.' : 'Stops us for all loans of this address at once, without a transaction. Your mandate stays; revoking it is what counts also against a thief.'}</p>
      <div><button type="button" className={isStopped ? 'button primary' : 'button'} disabled={busy} onClick={() => void turn()}>{isStopped ? 'Let Ballast go on' : 'Stop Ballast for now'}</button></div>
      {problem !== null && <p className="problem-text" role="alert">{problem}</p>}
    </section>
  );
}
