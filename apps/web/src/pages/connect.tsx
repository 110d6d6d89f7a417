import type { ReactNode } from 'react';
import { routes } from '../api/routes.js';
import type { VenueGateways } from '../api/types.js';
import { ErrorState, Loading } from '../components/parts.js';
import { KeyForm } from '../connect/key-form.js';
import { Advice, WarningCard } from '../connect/warning-card.js';
import { WaitingKey, keyHeadline } from '../connect/waiting-key.js';
import { OwnerOnly } from '../hedging/owner-only.js';
import { Link, paths } from '../router.js';
import { PageHead } from '../shell/shell.js';
import { cache, useAnswer, useDerivatives, useIsOwner } from '../store/store.js';

export function ConnectPage({ address, name }: { address: string; name: string | null }) {
  const isOwner = useIsOwner(address);
  const crumbs = <Link to={paths.positions(address)}>Positions</Link>;
  if (!isOwner) return <><PageHead name="Connect a venue" headline="Only the owner can connect a venue" crumbs={crumbs} /><OwnerOnly address={address} what="how to connect one" /></>;
  return name === null ? <New address={address} crumbs={crumbs} /> : <Handed address={address} name={name} crumbs={crumbs} />;
}

function New({ address, crumbs }: { address: string; crumbs: ReactNode }) {
  const { value: offered, problem } = useAnswer<VenueGateways>(routes.venues);
  return (
    <>
      <PageHead name="Connect a venue" headline="Which account may Ballast trade with?" crumbs={crumbs} end={<Link to={paths.positions(address)} className="button">Back</Link>} />
      {!offered && (problem ? <ErrorState problem={problem} again={() => cache.refresh(routes.venues)} /> : <Loading what="It is asked which venues can be connected." rows={4} />)}
      {offered && (
        <div className="stack connect">
          <WarningCard warning={offered.warning}><Advice /></WarningCard>
          {offered.gateways.length === 0 ? <section className="card stack tight"><h2>No venue can be connected here</h2><p className="text2">Whoever runs this service has not started the process that holds trading keys.</p></section> : <KeyForm address={address} offered={offered} />}
        </div>
      )}
    </>
  );
}

function Handed({ address, name, crumbs }: { address: string; name: string; crumbs: ReactNode }) {
  const { value, problem } = useDerivatives(address);
  const key = value?.keys.find((each) => each.name === name);
  return (
    <>
      <PageHead name="Connect a venue" headline={value && !key ? 'This key is not known' : keyHeadline(key)} crumbs={crumbs} end={<Link to={paths.positions(address)} className="button">Your positions</Link>} />
      {!value && (problem ? <ErrorState problem={problem} again={() => cache.refresh(routes.derivatives(address))} /> : <Loading what="The key is looked up." rows={3} />)}
      {value && !key && <section className="card stack tight"><p>No key of this name was handed in for this address.</p><div><Link to={paths.connect(address)} className="button">Connect a venue</Link></div></section>}
      {value && key && <div className="connect"><WaitingKey venueKey={key} derivatives={value} address={address} /></div>}
    </>
  );
}
