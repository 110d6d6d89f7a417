import { useEffect, useState } from 'react';
import { ApiProblem, ask } from '../api/client.js';
import { routes } from '../api/routes.js';
import type { MandateDraft, Position } from '../api/types.js';
import { AddressText, ErrorState, Loading } from '../components/parts.js';
import type { Limits } from '../protect/limits-form.js';
import { ReadAndSign } from '../protect/read-and-sign.js';
import { SafeSign } from '../protect/safe-sign.js';
import { Link, paths } from '../router.js';
import { askToSignIn } from '../shell/account.js';
import { PageHead } from '../shell/shell.js';
import { cache, useAnswer, useFollow, useSession } from '../store/store.js';
import { protocolName } from '../words/distance.js';

const HEADLINE = 'Read what you are about to sign';

export function ProtectPage({ address, id }: { address: string; id: string }) {
  useFollow(address);
  const { value: session } = useSession();
  const { value: position, problem } = useAnswer<Position>(routes.position(id));
  const owner = session?.address?.toLowerCase() === address;
  const crumbs = <><Link to={paths.position(address, id)}>Protect</Link>{position && ` · ${protocolName(position.protocol)} · ${position.pair}`}</>;
  if (!position) {
    return (
      <>
        <PageHead name="Protect" headline={problem ? 'We could not load this page' : HEADLINE} crumbs={crumbs} />
        {problem ? <ErrorState problem={problem} again={() => cache.refresh(routes.position(id))} /> : <Loading what="The position is being read." />}
      </>
    );
  }
  if (session?.address == null) {
    return (
      <>
        <PageHead name="Protect" headline="Only the owner can protect this loan" crumbs={crumbs} />
        <OnlyTheOwner address={address} signedIn={false} />
      </>
    );
  }
  return (
    <>
      <PageHead name="Protect" headline={HEADLINE} crumbs={crumbs} end={<Link to={paths.position(address, id)} className="button">Back</Link>} />
      <DraftLoader position={position} owner={owner ? address : session.address} />
    </>
  );
}

function OnlyTheOwner({ address, signedIn }: { address: string; signedIn: boolean }) {
  return (
    <section className="card stack tight">
      <p>{signedIn ? 'You are signed in with another address, and the chain does not name it as an owner of a Safe there. This loan belongs to ' : 'Sign in with the wallet that owns '}<AddressText address={address} />{!signedIn && ', or that is one of the owners of the Safe there'}.</p>
      <div><button type="button" className="button primary" onClick={askToSignIn}>{signedIn ? 'Change the account' : 'Sign in'}</button></div>
    </section>
  );
}

/** `owner`: who is signed in; the account itself, or an owner of the Safe that it is. */
function DraftLoader({ position, owner }: { position: Position; owner: string }) {
  const [draft, setDraft] = useState<MandateDraft | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [limits, setLimits] = useState<Limits>({});
  const [asking, setAsking] = useState(true);
  useEffect(() => {
    let left = false;
    setProblem(null);
    setAsking(true);
    ask<MandateDraft>('POST', '/v1/mandates/draft', { positionId: position.id, ...limits }).then(
      (value) => {
        if (left) return;
        setDraft(value);
        setAsking(false);
      },
      (error: unknown) => {
        if (!(error instanceof ApiProblem)) throw error;
        if (left) return;
        setProblem(error);
        setAsking(false);
      },
    );
    return () => {
      left = true;
    };
  }, [position.id, limits]);
  if (draft) {
    return (
      <>
        {problem && <p className="problem-text" role="alert">{problem.message} The limits below are still the ones from before.</p>}
        {draft.safe === null
          ? <ReadAndSign key={draft.hash} draft={draft} position={position} owner={owner} redrafting={asking} onLimits={setLimits} />
          : <SafeSign key={draft.hash} draft={draft} safe={draft.safe} position={position} signer={owner} redrafting={asking} onLimits={setLimits} />}
      </>
    );
  }
  if (problem?.code === 'foreign-account') return <OnlyTheOwner address={position.account.toLowerCase()} signedIn />;
  if (problem) {
    return (
      <section className="card is-danger stack tight">
        <h2>No mandate can be offered for this loan now</h2>
        <p>{problem.message}</p>
        <div><button type="button" className="button small" onClick={() => setLimits({})}>Try again</button></div>
      </section>
    );
  }
  return <Loading what="The mandate is being drafted from the loan as it stands on the chain." rows={5} />;
}
