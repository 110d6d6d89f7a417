import { useState } from 'react';
import { ask } from '../api/client.js';
import { routes } from '../api/routes.js';
import type { VenueEnvironment, VenueStop, VenueStopRequest } from '../api/types.js';
import { Banner, Dialog } from '../components/parts.js';
import { cache, useOwnAnswer } from '../store/store.js';
import { useTask } from '../store/task.js';
import { STOP_LEVELS, venueStopTitle } from '../words/hedging.js';
import type { Mark } from '../words/states.js';
import { dateTime } from '../words/times.js';

const STOPPED: Mark = { tone: 'danger', shape: 'octagon', word: 'Stopped' };
const SLOWED: Mark = { tone: 'watch', shape: 'hold', word: 'Nothing grows' };

interface Place {
  readonly account: string;
  readonly environment: VenueEnvironment;
}

function useStops({ account, environment }: Place): readonly VenueStop[] | undefined {
  return useOwnAnswer<VenueStop[]>(account, routes.venueStops).value?.filter((stop) => stop.environment === environment);
}

/** Stops in force on trading at derivatives venues; nothing where there are none. */
export function VenueStopBanners(place: Place) {
  const stops = useStops(place);
  return (
    <>
      {stops?.map((stop) => (
        <Banner key={`${stop.scope} ${stop.venue ?? ''} ${stop.level} ${stop.by}`} tone={stop.level === 'no-grow' ? 'watch' : 'danger'} mark={stop.level === 'no-grow' ? SLOWED : STOPPED} title={venueStopTitle(stop)}>
          {stop.sentence} Since {dateTime(stop.since)} UTC.
        </Banner>
      ))}
    </>
  );
}

const LEVELS = ['no-grow', 'cancel-all', 'flatten'] as const;

/** The owner's own switches for his derivative accounts. Closing everything is asked twice: what the first answer gives is handed back with the second. */
export function VenueSwitches({ account, environment }: Place) {
  const stops = useStops({ account, environment });
  const { busy, problem, run } = useTask();
  const [closing, setClosing] = useState<'asked' | 'sure' | null>(null);
  if (stops === undefined) return null;
  const own = stops.filter(({ by }) => by === 'owner');
  const awaiting = own.find(({ level, isConfirmed, confirmation }) => level === 'flatten' && !isConfirmed && confirmation !== null);
  const send = (request: Omit<VenueStopRequest, 'environment'>): Promise<boolean> => run(async () => cache.put(routes.venueStops(account), await ask<VenueStop[]>('POST', routes.venueStops(account), { ...request, environment })));
  const release = (): Promise<boolean> => run(async () => cache.put(routes.venueStops(account), await ask<VenueStop[]>('DELETE', `${routes.venueStops(account)}?environment=${environment}`)));
  const close = (): void => setClosing(null);
  return (
    <section className="card stack" style={{ gap: 12 }}>
      <h2>Your switches</h2>
      <ul className="switches">
        {LEVELS.map((level) => {
          const { title, text } = STOP_LEVELS[level];
          const isOn = own.some((stop) => stop.level === level);
          return (
            <li key={level}>
              <span><b className="strong">{title}</b><span className="small text2 block">{text}</span></span>
              <button type="button" className="button small" disabled={busy || isOn} onClick={() => (level === 'flatten' ? setClosing('asked') : void send({ level }))}>{isOn ? (level === 'flatten' && awaiting ? 'Asked' : 'On') : level === 'flatten' ? 'Close' : 'Stop'}</button>
            </li>
          );
        })}
      </ul>
      {awaiting && closing === null && <div><button type="button" className="button" onClick={() => setClosing('sure')}>Confirm that everything is closed</button></div>}
      {own.length > 0 && <div><button type="button" className="button primary" disabled={busy} onClick={() => void release()}>Let Ballast go on</button></div>}
      {problem !== null && <p className="problem-text" role="alert">{problem}</p>}
      <Dialog open={closing !== null} title={closing === 'sure' ? 'Really close everything?' : 'Close everything?'} onClose={close}>
        {closing === 'sure' ? (
          <>
            <p>{awaiting?.sentence ?? 'All that your hedges hold is closed.'}</p>
            <p className="text2">This is the second question, and the last. Your loans stand unhedged afterwards; their own protection goes on.</p>
            <div className="row">
              <button type="button" className="button" onClick={close}>Keep</button>
              <button type="button" className="button primary" disabled={busy || awaiting === undefined} onClick={() => void send({ level: 'flatten', confirmation: awaiting?.confirmation ?? undefined }).then((done) => done && close())}>Yes, close everything</button>
            </div>
          </>
        ) : (
          <>
            <p>All positions that Ballast may trade are closed, each at a price inside your limits. Nothing is closed yet: first growth stops, then you are asked once more.</p>
            <div className="row">
              <button type="button" className="button" onClick={close}>Keep</button>
              <button type="button" className="button primary" disabled={busy} onClick={() => void send({ level: 'flatten' }).then((done) => done && setClosing('sure'))}>Go on</button>
            </div>
          </>
        )}
        {problem !== null && <p className="problem-text" role="alert">{problem}</p>}
      </Dialog>
    </section>
  );
}
