import { useEffect, useId, useRef, useState } from 'react';
import { ask } from '../api/client.js';
import { routes } from '../api/routes.js';
import type { DerivativesVenue, VenueEnvironment, VenueGateways, VenueKey, VenueKeyRequest } from '../api/types.js';
import { Segmented } from '../components/parts.js';
import { PaperBadge } from '../hedging/environment.js';
import { go, paths } from '../router.js';
import { cache } from '../store/store.js';
import { useTask } from '../store/task.js';
import { amountOf, between, bpsOf } from '../words/entered.js';
import { PERPETUALS } from '../words/hedging.js';
import { dollars, unscale } from '../words/numbers.js';
import { keyIdInWords, randomKeyName, seal } from './seal.js';
import { KEY_GUIDES } from './venue-guides.js';

const NAME = /^[A-Za-z0-9._/-]{1,64}$/;

/** The key and its limits. Secret fields are the browser's own and never part of a state; they are read once, sealed, and emptied before anything is sent. */
export function KeyForm({ address, offered }: { address: string; offered: VenueGateways }) {
  const environments = offered.gateways.map((gateway) => gateway.environment);
  const [environment, setEnvironment] = useState<VenueEnvironment>(environments.includes('live') ? 'live' : 'paper');
  const gateway = offered.gateways.find((each) => each.environment === environment) ?? offered.gateways[0];
  const [chosen, setVenue] = useState<DerivativesVenue | null>(null);
  const venue = gateway?.venues.find((each) => each.venue === chosen) ?? gateway?.venues[0];
  const [instruments, setInstruments] = useState<string | null>(null);
  const [limits, setLimits] = useState({ most: '20,000', day: '60,000', apart: '1.5' });
  const [hasRead, setHasRead] = useState(false);
  const [wasSealed, setWasSealed] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const { busy, problem, run, tell } = useTask();
  const id = useId();
  if (!gateway || !venue) return null;
  const suggested = PERPETUALS[venue.venue];
  const named = instruments ?? suggested.join(', ');

  const connect = async (): Promise<void> => {
    const element = form.current;
    if (!element) return;
    const listed = [...new Set(named.split(/[\s,]+/).filter(Boolean))];
    const [most, day, apart] = [amountOf(limits.most), amountOf(limits.day), bpsOf(limits.apart)];
    if (listed.length === 0 || listed.length > 200 || !listed.every((each) => NAME.test(each))) return tell(`Name the instruments as ${venue.name} writes them, with commas between, such as ${suggested.join(', ')}.`);
    if (most === null || Number(most) <= 0) return tell('The most of one position is a number of dollars above zero.');
    if (day === null || Number(day) < Number(most)) return tell('The turnover of a day is a number of dollars, at least the most of one position, or the hedge could not be built in a day.');
    if (apart === null || apart < 1 || apart > 2_000) return tell('The price difference is a percentage from 0.01 to 20, with two decimals.');
    const data = new FormData(element);
    const credentials: Record<string, string> = {};
    for (const { field, label } of venue.credentials) {
      const value = String(data.get(`credential-${field}`) ?? '').trim();
      if (value === '') return tell(`${label} is missing.`);
      credentials[field] = value;
    }
    const label = String(data.get('label') ?? '').trim();
    if (label === '') return tell('Give the account a name, for yourself.');
    const name = randomKeyName();
    const shown: VenueKeyRequest['limits'] = { instruments: listed, maxNotionalUsd: most, turnoverPerDayUsd: day, maxPriceApartPercent: unscale(String(apart), 2) };
    let sealed: string;
    try {
      sealed = await seal(credentials, shown, { environment, venue: venue.venue, chainId: offered.chainId, owner: address, name }, gateway.publicKey);
    } catch {
      // Nothing of the error is shown: it was made where the secrets were at hand.
      return tell('The key could not be sealed, so nothing was sent. Check the limits; if they are right, the service offers no usable key to seal to.');
    } finally {
      for (const field of Object.keys(credentials)) delete credentials[field];
    }
    for (const input of element.querySelectorAll<HTMLInputElement>('input[data-secret]')) input.value = '';
    setWasSealed(true);
    const done = await run(async () => {
      const request: VenueKeyRequest = { environment, venue: venue.venue, name, label, sealed, limits: shown };
      await ask<VenueKey>('POST', routes.venueKeys(address), request);
      cache.refresh(routes.derivatives(address));
    });
    if (done) go(paths.connect(address, name));
  };

  return (
    <form ref={form} className="stack" autoComplete="off" onSubmit={(event) => { event.preventDefault(); void connect(); }}>
      <section className="card stack" style={{ gap: 14 }}>
        <div className="card-head"><h2><span className="step-number">1</span> Which venue?</h2><PaperBadge environment={environment} /></div>
        {environments.length > 1 && <div><Segmented name="connect-environment" label="Paper or live" value={environment} options={[['live', 'Live'], ['paper', 'Paper, no money moves']]} onChange={(value) => { setEnvironment(value); setInstruments(null); }} /></div>}
        <div className="venue-choices" role="radiogroup" aria-label="Venue">
          {gateway.venues.map((each) => (
            <label key={each.venue} className="venue-choice"><input type="radio" name="venue" value={each.venue} checked={each === venue} onChange={() => { setVenue(each.venue); setInstruments(null); }} /><span>{each.name}</span></label>
          ))}
        </div>
      </section>
      <section className="card stack" style={{ gap: 14 }}>
        <h2><span className="step-number">2</span> Its key</h2>
        <p className="small text2">{KEY_GUIDES[venue.venue]}</p>
        <label className="field" htmlFor={`${id}-label`}><span>Your name for the account</span><input id={`${id}-label`} name="label" maxLength={60} defaultValue="Hedge account" key={venue.venue} /></label>
        {venue.credentials.map(({ field, label, secret }) => (
          <label key={`${venue.venue} ${field}`} className="field" htmlFor={`${id}-${field}`}>
            <span>{label}</span>
            <input id={`${id}-${field}`} name={`credential-${field}`} data-secret type={secret ? 'password' : 'text'} autoComplete="off" autoCapitalize="off" autoCorrect="off" spellCheck={false} data-1p-ignore data-lpignore="true" className="mono-input" />
          </label>
        ))}
        <Sealing publicKey={gateway.publicKey} />
      </section>
      <section className="card stack" style={{ gap: 14 }}>
        <h2><span className="step-number">3</span> The most it may be used for</h2>
        <p className="small text2">Sealed together with the key. The process that holds it enforces these limits against the rest of Ballast too.</p>
        <label className="field" htmlFor={`${id}-instruments`}><span>Instruments it may trade, as {venue.name} writes them</span><input id={`${id}-instruments`} value={named} spellCheck={false} onChange={(event) => setInstruments(event.target.value)} /></label>
        <div className="fields-three">
          <label className="field" htmlFor={`${id}-most`}><span>Most of one position, $</span><input id={`${id}-most`} inputMode="decimal" value={limits.most} onChange={(event) => setLimits({ ...limits, most: event.target.value })} /></label>
          <label className="field" htmlFor={`${id}-day`}><span>Bought and sold in a day, $</span><input id={`${id}-day`} inputMode="decimal" value={limits.day} onChange={(event) => setLimits({ ...limits, day: event.target.value })} /></label>
          <label className="field" htmlFor={`${id}-apart`}><span>A price from the mark, at most %</span><input id={`${id}-apart`} inputMode="decimal" value={limits.apart} onChange={(event) => setLimits({ ...limits, apart: event.target.value })} /></label>
        </div>
        <ThiefADay day={limits.day} apart={limits.apart} />
        <CloseInAHurry apart={limits.apart} />
      </section>
      <section className="card stack" style={{ gap: 12 }}>
        <label className="check"><input type="checkbox" checked={hasRead} onChange={(event) => setHasRead(event.target.checked)} /><span>I have read what a stolen server could lose, and the account is a sub-account of its own.</span></label>
        {problem !== null && <p className="problem-text" role="alert">{problem}</p>}
        {wasSealed && problem !== null && <p className="small text2">The fields of the key were emptied when it was sealed: enter them once more.</p>}
        <div><button type="submit" className="button primary" disabled={busy || !hasRead}>{busy ? 'Sealing and sending' : `Seal the key and connect ${venue.name}`}</button></div>
        <p className="small text3">Nothing is traded yet: first the key is tried, and you read what the account holds.</p>
      </section>
    </form>
  );
}

/** Closing is let 1% from the price where a hedge needs it; the median of three prices is what that counts from, and the venue's mark may lie beside it. */
const CLOSING_PERCENT = 1;

/** A key that is sealed too tightly keeps a hedge from being closed. */
function CloseInAHurry({ apart }: { apart: string }) {
  const share = between(apart, 0.01, 20);
  if (share === null || Number(share) > CLOSING_PERCENT) return null;
  return <p className="small tone-watch">Ballast closes a hedge at up to {CLOSING_PERCENT}% from the price. With a key for {share}% it closes nothing beyond that: in a fast market it may not come out in time.</p>;
}

/** What the limits of a day mean against a thief who trades at their edge. */
function ThiefADay({ day, apart }: { day: string; apart: string }) {
  const [most, share] = [amountOf(day), between(apart, 0.01, 20)];
  if (most === null || share === null) return null;
  return <p className="small text2">A thief who kept inside them could lose you about {dollars(String((Number(most) * Number(share)) / 100), 'up')} a day in bad prices, and more when the market moves against what he opens. In the worst case it is all that the account holds.</p>;
}

function Sealing({ publicKey }: { publicKey: string }) {
  const [keyId, setKeyId] = useState<string | null>(null);
  useEffect(() => {
    let left = false;
    keyIdInWords(publicKey).then((words) => !left && setKeyId(words), () => !left && setKeyId(null));
    return () => {
      left = true;
    };
  }, [publicKey]);
  return <p className="small text2">Sealed in this page before it is sent{keyId === null ? '' : <>, to the key <span className="mono">{keyId}</span></>}. Our servers’ pages and database never see it; only the process that trades can open it.</p>;
}
