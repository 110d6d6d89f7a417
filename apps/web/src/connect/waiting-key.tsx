import { useState } from 'react';
import { ask } from '../api/client.js';
import { routes } from '../api/routes.js';
import type { Derivatives, VenueKey } from '../api/types.js';
import { Loading, Pairs } from '../components/parts.js';
import { StateChip } from '../components/state-chip.js';
import { PaperBadge } from '../hedging/environment.js';
import { Link, paths } from '../router.js';
import { cache } from '../store/store.js';
import { useTask } from '../store/task.js';
import { keyMark, positionInWords } from '../words/hedging.js';
import { amount, dollars, listed, percent } from '../words/numbers.js';
import { Advice, WarningCard } from './warning-card.js';

/** The finding of the page while a key waits. */
export function keyHeadline(key: VenueKey | undefined): string {
  switch (key?.state) {
    case undefined: return 'Reading what became of the key';
    case 'new': return `Trying the key at ${key.venueName}`;
    case 'connected': return 'Read what you are about to accept';
    case 'refused': return `${key.venueName} does not take this key`;
    case 'accepted': return `${key.venueName} is connected`;
    case 'ended': return 'This key was taken away';
  }
}

/** What became of a key that was handed in: tried, read with, and traded with only once its owner has accepted the warning with the true balance. */
export function WaitingKey({ venueKey, derivatives, address }: { venueKey: VenueKey; derivatives: Derivatives; address: string }) {
  const accounts = derivatives.accounts.filter(({ key }) => key === venueKey.name);
  const [hasRead, setHasRead] = useState(false);
  const { busy, problem, run } = useTask();
  const { warning } = venueKey;
  const accept = (): Promise<boolean> => run(async () => {
    try {
      await ask<VenueKey>('POST', routes.venueKeyAcceptance(address, venueKey.name), { warning });
    } finally {
      // Also after a refusal: the warning may have changed with the balance, and the new one has to be read.
      setHasRead(false);
      cache.refresh(routes.derivatives(address));
    }
  });
  return (
    <div className="stack">
      {venueKey.state === 'new' && <Loading what={`${venueKey.venueName} is asked what the key may do and what the account holds. This takes some seconds.`} rows={3} />}
      {venueKey.state === 'refused' && (
        <section className="card is-danger stack tight"><div><StateChip mark={keyMark('refused')} /></div><p>{venueKey.why ?? 'The venue gave no reason.'}</p><p className="text2">The key was not kept. Make another one, that may trade and not withdraw.</p><div><Link to={paths.connect(address)} className="button primary">Try another key</Link></div></section>
      )}
      {venueKey.state === 'connected' && warning !== null && (
        <WarningCard warning={warning}><Advice /></WarningCard>
      )}
      {venueKey.state !== 'new' && venueKey.state !== 'refused' && (
        <section className="card stack" style={{ gap: 12 }}>
          <div className="card-head"><h2>{venueKey.venueName} · {venueKey.label}</h2><span className="row"><PaperBadge environment={venueKey.environment} /><StateChip mark={keyMark(venueKey.state)} /></span></div>
          {accounts.length === 0 && venueKey.state === 'connected' && <p className="text2">What the account holds is being read.</p>}
          {accounts.map((account) => (
            <Pairs
              key={account.id}
              rows={[
                ['It holds', amount(account.equity, account.currency ?? undefined), accounts.length > 1 ? account.label : undefined],
                ['Open in it', account.positions.length === 0 ? 'nothing' : listed(account.positions.map(positionInWords)), account.isShared ? 'not all of it put there by Ballast' : undefined],
              ]}
            />
          ))}
          <Pairs
            rows={[
              ['Ballast may trade', listed(venueKey.limits.instruments)],
              ['Most of one position', dollars(venueKey.limits.maxNotionalUsd, 'up')],
              ['Bought and sold in a day', dollars(venueKey.limits.turnoverPerDayUsd, 'up')],
              ['A price from the mark', `at most ${percent(venueKey.limits.maxPriceApartPercent)}`],
            ]}
          />
        </section>
      )}
      {venueKey.state === 'connected' && (
        <section className="card stack" style={{ gap: 12 }}>
          <label className="check"><input type="checkbox" checked={hasRead} disabled={warning === null || accounts.length === 0} onChange={(event) => setHasRead(event.target.checked)} /><span>I have read the warning with what the account holds now.</span></label>
          {problem !== null && <p className="problem-text" role="alert">{problem}</p>}
          <div><button type="button" className="button primary" disabled={busy || !hasRead} onClick={() => void accept()}>Accept and let Ballast trade inside these limits</button></div>
        </section>
      )}
      {venueKey.state === 'accepted' && (
        <section className="card stack tight">
          <p>Ballast may trade inside these limits now. It does nothing before you set up a hedge or protect the account.</p>
          <div className="row">
            <Link to={paths.editHedge(address, 'ETH')} className="button primary">Set up a hedge</Link>
            {accounts[0] && <Link to={paths.venueAccount(address, accounts[0].id)} className="button">Protect the account</Link>}
          </div>
        </section>
      )}
    </div>
  );
}
