import { useEffect, useState } from 'react';
import { ApiProblem, ask } from '../api/client.js';
import { routes } from '../api/routes.js';
import type { Asset, Mandate, MandateDraft, Position, Protection } from '../api/types.js';
import { Icon, ShapeIcon } from '../components/icons.js';
import { AddressText, Banner, ErrorState, HashText, Loading } from '../components/parts.js';
import { StateChip } from '../components/state-chip.js';
import { Link, paths } from '../router.js';
import { askToSignIn } from '../shell/account.js';
import { PageHead } from '../shell/shell.js';
import { cache, useAnswer, useConfig, useFollow, useSession } from '../store/store.js';
import { checksummed } from '../wallet/checksum.js';
import { refusalInWords, standOnChain, type Wallet } from '../wallet/provider.js';
import { walletOf } from '../wallet/sign-in.js';
import { fieldsInWords, forWallet } from '../wallet/typed-data.js';
import { protocolName } from '../words/distance.js';
import { amount, compare, smaller } from '../words/numbers.js';
import { protectionMark } from '../words/states.js';
import { Emphasised } from '../components/emphasised.js';

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
  if (!owner) {
    return (
      <>
        <PageHead name="Protect" headline="Only the owner can protect this loan" crumbs={crumbs} />
        <section className="card stack tight">
          <p>{session?.address == null ? 'Sign in with the wallet that owns ' : 'You are signed in with another address. This loan belongs to '}<AddressText address={address} />.</p>
          <div><button type="button" className="button primary" onClick={askToSignIn}>{session?.address == null ? 'Sign in' : 'Change the account'}</button></div>
        </section>
      </>
    );
  }
  return (
    <>
      <PageHead name="Protect" headline={HEADLINE} crumbs={crumbs} end={<Link to={paths.position(address, id)} className="button">Back</Link>} />
      <DraftLoader position={position} owner={address} />
    </>
  );
}

function DraftLoader({ position, owner }: { position: Position; owner: string }) {
  const [draft, setDraft] = useState<MandateDraft | null>(null);
  const [problem, setProblem] = useState<ApiProblem | null>(null);
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let left = false;
    setProblem(null);
    ask<MandateDraft>('POST', '/v1/mandates/draft', { positionId: position.id }).then(
      (value) => left || setDraft(value),
      (error: unknown) => {
        if (!(error instanceof ApiProblem)) throw error;
        if (!left) setProblem(error);
      },
    );
    return () => {
      left = true;
    };
  }, [position.id, attempt]);
  if (draft) return <ReadAndSign draft={draft} position={position} owner={owner} />;
  if (problem) {
    return (
      <section className="card is-danger stack tight">
        <h2>No mandate can be offered for this loan now</h2>
        <p>{problem.message}</p>
        <div><button type="button" className="button small" onClick={() => setAttempt(attempt + 1)}>Try again</button></div>
      </section>
    );
  }
  return <Loading what="The mandate is being drafted from the loan as it stands on the chain." rows={5} />;
}

type Step = { readonly kind: 'reading' } | { readonly kind: 'busy'; readonly what: string } | { readonly kind: 'sent'; readonly hash: string };

function ReadAndSign({ draft, position, owner }: { draft: MandateDraft; position: Position; owner: string }) {
  const { value: config } = useConfig();
  const [read, setRead] = useState(false);
  const [compareFields, setCompareFields] = useState(false);
  const [step, setStep] = useState<Step>({ kind: 'reading' });
  const [problem, setProblem] = useState<string | null>(null);
  const [approving, setApproving] = useState<Readonly<Record<string, string>>>({});
  const chain = config?.chains.find((known) => known.chainId === draft.typedData.domain.chainId);
  const contract = draft.typedData.domain.verifyingContract;
  const ours = chain !== undefined && chain.guard.toLowerCase() === contract.toLowerCase();
  const assets = chain?.tokens ?? [];

  // The chain's word, not the wallet's: an approval counts once the position shows it.
  const allowanceNow = (asset: Asset): string => position.wallet.find((coin) => coin.asset.address.toLowerCase() === asset.address.toLowerCase())?.allowance ?? '0';
  const given = (approval: MandateDraft['approvals'][number]): boolean => compare(allowanceNow(approval.asset), approval.suggested) >= 0 || compare(approval.allowance, approval.suggested) >= 0;
  const approvalsLeft = draft.approvals.filter((approval) => !given(approval));

  const nothingToUse = draft.approvals.length === 0 && position.wallet.every((coin) => compare(smaller(coin.balance, coin.allowance), '0') === 0);

  const withWallet = async (what: string, use: (wallet: Wallet) => Promise<void>): Promise<void> => {
    setStep({ kind: 'busy', what });
    setProblem(null);
    try {
      const wallet = await walletOf(owner);
      if (!wallet) {
        setProblem('Open the wallet that owns this loan: sign in again with it.');
        askToSignIn();
        setStep({ kind: 'reading' });
        return;
      }
      if (chain) await standOnChain(wallet, chain);
      await use(wallet);
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error.message : refusalInWords(error));
      setStep({ kind: 'reading' });
    }
  };
  const approve = (approval: MandateDraft['approvals'][number]): Promise<void> =>
    withWallet(`Approve ${approval.asset.symbol}`, async (wallet) => {
      const hash = await wallet.provider.request({ method: 'eth_sendTransaction', params: [{ from: checksummed(owner), ...approval.transaction }] });
      setApproving({ ...approving, [approval.asset.address]: String(hash) });
      setStep({ kind: 'reading' });
    });
  const sign = (): Promise<void> =>
    withWallet('Sign mandate', async (wallet) => {
      const signature = await wallet.provider.request({ method: 'eth_signTypedData_v4', params: [checksummed(owner), JSON.stringify(forWallet(draft.typedData))] });
      const mandate = await ask<Mandate>('POST', '/v1/mandates', { chainId: draft.typedData.domain.chainId, terms: draft.typedData.message, signature });
      setStep({ kind: 'sent', hash: mandate.hash });
    });

  if (step.kind === 'sent') return <Waiting hash={step.hash} position={position} approvalsLeft={approvalsLeft.length} />;
  const busy = step.kind === 'busy';
  return (
    <div className="protect">
      <div className="stack">
        <section className="card stack tight protect-sentence">
          <p className="small text2">In one sentence</p>
          <p className="sentence"><Emphasised text={draft.sentence} /></p>
          <p className="small text2">These are the outer limits that the contract enforces. Inside them Ballast decides when to act, and keeps a record of each decision.</p>
        </section>
        <section className="card">
          <h2 style={{ marginBottom: 4 }}>{draft.approvals.length === 0 ? 'One signature' : `${draft.approvals.length === 1 ? 'One permission' : `${draft.approvals.length} permissions`} and one signature`}</h2>
          {nothingToUse && <p className="tone-watch" style={{ margin: '8px 0' }}>Your wallet holds nothing that Ballast could use for this loan. The mandate can be put in force, and it cannot run before there is {position.debts.map((debt) => debt.asset.symbol).join(' or ')} in the wallet and permitted.</p>}
          {draft.approvals.map((approval, index) => (
            <div className="step" key={approval.asset.address}>
              <span className={`step-number${given(approval) ? ' done' : ''}`}>{given(approval) ? <Icon name="check" size={14} /> : index + 1}</span>
              <div className="step-body">
                <b className="strong">Permission to spend {approval.asset.symbol}</b>
                <p className="small text2"><b className="strong">{amount(approval.suggested, approval.asset.symbol)}</b> of your {amount(approval.balance, approval.asset.symbol)}, to <AddressText address={approval.spender} /> only. Not unlimited. A transaction: your wallet pays its fee.</p>
                {!given(approval) && approving[approval.asset.address] !== undefined && <p className="small tone-act" role="status">Sent, waiting until the chain shows it <HashText hash={approving[approval.asset.address] as string} /></p>}
              </div>
              {given(approval) ? <span className="small good-text">Given</span> : <button type="button" className="button small" disabled={busy || !ours || approving[approval.asset.address] !== undefined} onClick={() => void approve(approval)}>Approve {approval.asset.symbol}</button>}
            </div>
          ))}
          <div className="step">
            <span className="step-number">{draft.approvals.length + 1}</span>
            <div className="step-body">
              <b className="strong">The mandate</b>
              <p className="small text2">The sentence above as typed data, {fieldsInWords(draft.typedData, assets).length} fields. No transaction, no fee. <button type="button" className="link-button small" aria-expanded={compareFields} onClick={() => setCompareFields(!compareFields)}>{compareFields ? 'Hide them' : 'Compare them one by one'}</button></p>
            </div>
          </div>
          {compareFields && <Fields draft={draft} assets={assets} />}
        </section>
        {ours ? (
          <section className="card row">
            <span className="tone-safe"><Icon name="check" size={17} /></span>
            <div style={{ flex: 1, minWidth: 200 }}><b className="strong">This is the contract that this service names</b><p className="small text2">{chain.name}, chain {chain.chainId}. Check in your wallet that the contract is the same.</p></div>
            <span className="small">AaveGuard <AddressText address={contract} full={false} /></span>
          </section>
        ) : (
          <Banner tone="danger" mark={protectionMark('not-protected')} title="This is not our contract. Do not sign.">The typed data names {checksummed(contract)}, which is not the contract that this service published for the chain.</Banner>
        )}
      </div>
      <div className="stack">
        <section className="card worst stack tight">
          <div className="row"><span className="tone-watch"><ShapeIcon shape="diamond" size={18} /></span><h2>If our server is stolen</h2></div>
          <p>{draft.worstCase}</p>
          <h3 style={{ paddingTop: 10, borderTop: '1px solid var(--line)' }}>Beyond that they cannot</h3>
          <ul className="stack tight">
            {['Take your collateral, or send your coins elsewhere', 'Borrow in your name', 'Raise these limits or add a keeper'].map((text) => <li key={text} className="row"><span className="text2"><Icon name="cross" size={14} /></span>{text}</li>)}
          </ul>
        </section>
        <section className="card stack tight"><h2>If the contract has a fault</h2><p className="small text2">At worst all that you permit here: {draft.approvals.map((approval) => amount(approval.suggested, approval.asset.symbol)).join(' and ') || 'nothing'}. It has not been audited yet.</p></section>
        <section className="card stack tight"><h2>How to stop</h2><p className="small text2">Call <code>revoke</code> or <code>revokeAll</code> on the contract from your wallet, at any time and without us. Ending the approval alone stops payments, and Ballast then tells you that the loan is not protected.</p></section>
        <div className="sign-bar stack tight">
        <label className="check"><input type="checkbox" checked={read} onChange={(event) => setRead(event.target.checked)} /><span>I have read the worst case and how to stop</span></label>
        {approvalsLeft.length > 0 && <p className="small text2">Give the permission first: without it the mandate could not run.</p>}
        <button type="button" className="button primary wide" disabled={!read || busy || !ours || approvalsLeft.length > 0} onClick={() => void sign()}>Sign mandate</button>
        {busy && <p className="small text2" role="status">{step.what}: check in your wallet that the contract is {checksummed(contract)}, then confirm there.</p>}
        {problem !== null && <p className="problem-text" role="alert">{problem}</p>}
        </div>
      </div>
    </div>
  );
}

function Fields({ draft, assets }: { draft: MandateDraft; assets: readonly Asset[] }) {
  return (
    <div className="table-scroll" style={{ maxHeight: 'none' }}>
      <table className="table plain fields">
        <caption className="sr">The signed fields, in the order of your wallet</caption>
        <thead><tr><th scope="col">Field</th><th scope="col">What is signed</th><th scope="col">What it means</th></tr></thead>
        <tbody>{fieldsInWords(draft.typedData, assets).map((field) => <tr key={field.name}><td className="mono">{field.name}</td><td className="mono">{field.raw}</td><td>{field.words}</td></tr>)}</tbody>
      </table>
    </div>
  );
}

function Waiting({ hash, position, approvalsLeft }: { hash: string; position: Position; approvalsLeft: number }) {
  const { value: mandate } = useAnswer<Mandate>(routes.mandate(hash), 2_000);
  const to = paths.position(position.account.toLowerCase(), position.id);
  const protection = position.protection.mandateHash?.toLowerCase() === hash.toLowerCase() ? position.protection : null;
  const { mark, title, text } = waitingWords(mandate, protection);
  return (
    <section className="card stack" role="status">
      <div className="row"><StateChip mark={protectionMark(mark)} /><h2>{title}</h2></div>
      <p>{text}</p>
      {approvalsLeft > 0 && <p className="tone-watch">A permission is still missing: without it the rule cannot run.</p>}
      <p className="small text2">Mandate <HashText hash={hash} what="mandate" /></p>
      <div><Link to={to} className={`button${mark === 'armed' ? ' primary' : ''}`}>Back to the position</Link></div>
    </section>
  );
}

/** What to say after the signature. Nothing is called armed before the chain has confirmed it and the first check has passed. */
function waitingWords(mandate: Mandate | undefined, protection: Protection | null): { mark: Protection['state']; title: string; text: string } {
  const status = mandate?.status ?? 'signed';
  if (status === 'signed') return { mark: 'pending', title: 'Signed. Waiting until the chain has confirmed it', text: 'Ballast brings it to the contract and pays the fee. It is not armed before the transaction is confirmed.' };
  if (status !== 'active') return { mark: 'not-protected', title: 'The mandate is not in force', text: mandate?.statusReason ?? `It is ${status}.` };
  if (protection?.state === 'armed' || protection?.state === 'acting') return { mark: protection.state, title: protection.state === 'armed' ? 'Armed' : 'In force, and acting already', text: protection.sentence };
  if (protection?.state === 'not-protected') return { mark: 'not-protected', title: 'In force, but it could not run now', text: protection.sentence };
  return { mark: 'pending', title: 'In force. Waiting for the first check', text: 'The next block decides.' };
}
