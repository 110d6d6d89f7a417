import { useEffect, useState } from 'react';
import { ApiProblem, ask } from '../api/client.js';
import type { Asset, Mandate, MandateDraft, Position } from '../api/types.js';
import { Emphasised } from '../components/emphasised.js';
import { askToSignIn } from '../shell/account.js';
import { useConfig } from '../store/store.js';
import { checksummed } from '../wallet/checksum.js';
import { refusalInWords, standOnChain, waitUntilMined, type Wallet } from '../wallet/provider.js';
import { walletOf } from '../wallet/sign-in.js';
import { fieldsInWords, forWallet } from '../wallet/typed-data.js';
import { amount, compare } from '../words/numbers.js';
import { ContractCard } from './contract-card.js';
import { checkContract, contractOf, flawOf, type Finding } from './contract-check.js';
import { keepPermit } from './kept-permits.js';
import { LimitsForm, type Limits } from './limits-form.js';
import { AuthorizationStep, PermissionStep, workInWords, type Approval, type Progress } from './permissions.js';
import { Waiting } from './waiting.js';
import { AuthorityCard, StolenKeyCard } from './worst-case.js';

type Step = { readonly kind: 'reading' } | { readonly kind: 'busy'; readonly what: string } | { readonly kind: 'sent'; readonly hash: string };

/** A permit as it goes to the API with the mandate. */
interface SignedPermit {
  readonly token: string;
  readonly value: string;
  readonly deadline: number;
  readonly signature: string;
}

/** Stands for the protocol's own permission among the tokens' addresses. */
const AUTHORIZATION = 'authorization';

/** The draft as the chain has it now: an approval counts once the position shows it, not when the wallet says so. */
function isGiven(approval: Approval, position: Position): boolean {
  const shown = position.wallet.find((coin) => coin.asset.address.toLowerCase() === approval.asset.address.toLowerCase())?.allowance;
  return compare(shown ?? '0', approval.suggested) >= 0 || compare(approval.allowance, approval.suggested) >= 0;
}

export function ReadAndSign({ draft, position, owner, onLimits, redrafting }: { draft: MandateDraft; position: Position; owner: string; onLimits: (limits: Limits) => void; redrafting: boolean }) {
  const { value: config } = useConfig();
  const [read, setRead] = useState(false);
  const [step, setStep] = useState<Step>({ kind: 'reading' });
  const [problem, setProblem] = useState<string | null>(null);
  const [sent, setSent] = useState<Readonly<Record<string, string>>>({});
  const [mined, setMined] = useState<Readonly<Record<string, true>>>({});
  const [permits, setPermits] = useState<Readonly<Record<string, SignedPermit>>>({});
  const [finding, setFinding] = useState<Finding>({ kind: 'unchecked', why: 'The contract is being checked.' });
  const guard = draft.typedData.domain.verifyingContract;
  const { chainId } = draft.typedData.domain;
  const contract = contractOf(draft.typedData);
  const chain = config?.chains.find((known) => known.chainId === chainId);
  const flaw = config === undefined ? null : flawOf(draft, chain, position.protocol);
  const checked = flaw === null && finding.kind === 'ours' && chain !== undefined;

  useEffect(() => {
    let left = false;
    void walletOf(owner).then((wallet) => checkContract(wallet, chainId, guard, contract, draft)).then((found) => left || setFinding(found), () => undefined);
    return () => {
      left = true;
    };
  }, [owner, chainId, guard, contract, draft]);

  const progressOf = (approval: Approval): Progress => {
    const key = approval.asset.address;
    if (isGiven(approval, position) || mined[key] === true) return { kind: 'given' };
    if (permits[key] !== undefined) return { kind: 'signed' };
    return sent[key] === undefined ? { kind: 'open' } : { kind: 'sent', hash: sent[key] };
  };
  const authorized: Progress = mined[AUTHORIZATION] === true ? { kind: 'given' } : sent[AUTHORIZATION] === undefined ? { kind: 'open' } : { kind: 'sent', hash: sent[AUTHORIZATION] };
  const permissionsLeft = draft.approvals.some((approval) => !['given', 'signed'].includes(progressOf(approval).kind)) || (draft.authorization !== null && authorized.kind !== 'given');
  const nothingToUse = draft.approvals.length === 0 && draft.stolenKey === null && position.wallet.every((coin) => compare(coin.balance, '0') === 0 || compare(coin.allowance, '0') === 0);

  const withWallet = async (what: string, use: (wallet: Wallet) => Promise<Step>): Promise<void> => {
    setStep({ kind: 'busy', what });
    setProblem(null);
    try {
      const wallet = await walletOf(owner);
      if (!wallet) {
        setProblem('Open the wallet that owns this loan: sign in again with it.');
        askToSignIn();
        return setStep({ kind: 'reading' });
      }
      if (chain) await standOnChain(wallet, chain);
      // Asked again at each step: what was true when the page opened must still be.
      const found = await checkContract(wallet, chainId, guard, contract, draft);
      setFinding(found);
      if (found.kind !== 'ours') {
        setProblem(found.why);
        return setStep({ kind: 'reading' });
      }
      setStep(await use(wallet));
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error.message : refusalInWords(error));
      setStep({ kind: 'reading' });
    }
  };
  const sign = (wallet: Wallet, typedData: Parameters<typeof forWallet>[0]): Promise<unknown> => wallet.provider.request({ method: 'eth_signTypedData_v4', params: [checksummed(owner), JSON.stringify(forWallet(typedData))] });
  const signPermit = (approval: Approval): Promise<void> =>
    withWallet(`Permission for ${approval.asset.symbol}`, async (wallet) => {
      if (approval.permit === null) return { kind: 'reading' };
      const { typedData, deadline } = approval.permit;
      const signature = String(await sign(wallet, typedData));
      keepPermit(typedData);
      setPermits((given) => ({ ...given, [approval.asset.address]: { token: approval.asset.address, value: typedData.message.value, deadline, signature } }));
      return { kind: 'reading' };
    });
  const send = (key: string, transaction: Approval['transaction'], what: string, failed: string): Promise<void> =>
    withWallet(what, async (wallet) => {
      const hash = String(await wallet.provider.request({ method: 'eth_sendTransaction', params: [{ from: checksummed(owner), ...transaction }] }));
      setSent((all) => ({ ...all, [key]: hash }));
      void waitUntilMined(wallet, hash).then((good) => {
        if (good === true) setMined((all) => ({ ...all, [key]: true }));
        if (good === false) setProblem(failed);
      });
      return { kind: 'reading' };
    });
  const sendApproval = ({ asset, transaction }: Approval): Promise<void> => send(asset.address, transaction, `Approve ${asset.symbol}`, `The approval of ${asset.symbol} failed on the chain.`);
  const sendAuthorization = ({ transaction }: NonNullable<MandateDraft['authorization']>): Promise<void> => send(AUTHORIZATION, transaction, 'Authorise the guard', 'The authorisation failed on the chain.');
  const signMandate = (): Promise<void> =>
    withWallet('Sign mandate', async (wallet) => {
      const signature = await sign(wallet, draft.typedData);
      const mandate = await ask<Mandate>('POST', '/v1/mandates', { chainId, positionId: draft.positionId, terms: draft.terms, signature, ...(Object.keys(permits).length === 0 ? {} : { permits: Object.values(permits) }) });
      return { kind: 'sent', hash: mandate.hash };
    });
  const checkAgain = (): Promise<void> => withWallet('Check the contract', async () => ({ kind: 'reading' }));

  if (step.kind === 'sent') return <Waiting hash={step.hash} position={position} permits={Object.keys(permits).length} />;
  const busy = step.kind === 'busy' || redrafting;
  const assets = chain?.tokens ?? [];
  return (
    <div className="protect">
      <div className="stack">
        <section className="card stack tight protect-sentence">
          <p className="small text2">In one sentence</p>
          <p className="sentence"><Emphasised text={draft.sentence} /></p>
          <p className="small text2">These are the outer limits that the contract enforces. Inside them Ballast decides when to act, and keeps a record of each decision.</p>
        </section>
        <LimitsForm key={draft.hash} draft={draft} position={position} busy={busy} onChange={onLimits} />
        <section className="card">
          <h2 style={{ marginBottom: 4 }}>{workInWords(draft.approvals, draft.authorization !== null)}</h2>
          {nothingToUse && <p className="tone-watch" style={{ margin: '8px 0' }}>Your wallet holds nothing that Ballast could use for this loan. The mandate can be put in force, and it cannot run before there is {position.debts.map((debt) => debt.asset.symbol).join(' or ')} in the wallet and permitted.</p>}
          {draft.approvals.map((approval, index) => (
            <PermissionStep key={approval.asset.address} approval={approval} progress={progressOf(approval)} number={index + 1} busy={busy} checked={checked} onSign={() => void signPermit(approval)} onSend={() => void sendApproval(approval)} />
          ))}
          {draft.authorization !== null && <AuthorizationStep authorization={draft.authorization} progress={authorized} number={draft.approvals.length + 1} busy={busy} checked={checked} onSend={() => draft.authorization && void sendAuthorization(draft.authorization)} />}
          <MandateStep draft={draft} assets={assets} number={draft.approvals.length + (draft.authorization === null ? 1 : 2)} />
        </section>
        {draft.authority !== null && <AuthorityCard text={draft.authority} />}
        <ContractCard flaw={flaw} finding={finding} guard={guard} chainName={chain?.name ?? ''} busy={busy} onCheck={() => void checkAgain()} />
      </div>
      <div className="stack">
        <StolenKeyCard draft={draft} />
        <section className="card stack tight"><h2>If the contract has a fault</h2><p className="small text2">At worst all that you permit here: {draft.approvals.map((approval) => amount(approval.suggested, approval.asset.symbol)).join(' and ') || 'nothing new'}. It has not been audited yet.</p></section>
        <section className="card stack tight"><h2>How to stop</h2><p className="small text2">The Revoke button on the position, or the revoke page, which works with your wallet alone even when Ballast is gone. <a href={`/revoke.html#account=${owner}&guard=${guard}`}>Open and save that page now</a>. Ending an approval alone stops payments, and Ballast then tells you that the loan is not protected; an unused permit restores it.</p></section>
        <div className="sign-bar stack tight">
          <label className="check"><input type="checkbox" checked={read} onChange={(event) => setRead(event.target.checked)} /><span>I have read the worst case and how to stop</span></label>
          {permissionsLeft && <p className="small text2">Give the permissions first: without them the mandate could not run.</p>}
          <button type="button" className="button primary wide" disabled={!read || busy || !checked || permissionsLeft} onClick={() => void signMandate()}>Sign mandate</button>
          {step.kind === 'busy' && <p className="small text2" role="status">{step.what}: check in your wallet that the contract is {checksummed(guard)}, then confirm there.</p>}
          {problem !== null && <p className="problem-text" role="alert">{problem}</p>}
        </div>
      </div>
    </div>
  );
}

function MandateStep({ draft, assets, number }: { draft: MandateDraft; assets: readonly Asset[]; number: number }) {
  const [compareFields, setCompareFields] = useState(false);
  const fields = fieldsInWords(draft.typedData, draft.terms, assets);
  return (
    <>
      <div className="step">
        <span className="step-number">{number}</span>
        <div className="step-body">
          <b className="strong">The mandate</b>
          <p className="small text2">The sentence above as typed data, {fields.length} fields. No transaction, no fee. <button type="button" className="link-button small" aria-expanded={compareFields} onClick={() => setCompareFields(!compareFields)}>{compareFields ? 'Hide them' : 'Compare them one by one'}</button></p>
        </div>
      </div>
      {compareFields && (
        <div className="table-scroll" style={{ maxHeight: 'none' }}>
          <table className="table plain fields">
            <caption className="sr">The signed fields, in the order of your wallet</caption>
            <thead><tr><th scope="col">Field</th><th scope="col">What is signed</th><th scope="col">What it means</th></tr></thead>
            <tbody>{fields.map((field) => <tr key={field.name}><td className="mono">{field.name}</td><td className="mono">{field.raw}</td><td>{field.words}</td></tr>)}</tbody>
          </table>
        </div>
      )}
    </>
  );
}
