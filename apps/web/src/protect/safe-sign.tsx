import { useEffect, useState } from 'react';
import { ApiProblem, ask } from '../api/client.js';
import type { Mandate, MandateDraft, Position } from '../api/types.js';
import { Emphasised } from '../components/emphasised.js';
import { AddressText, CopyButton, HashText } from '../components/parts.js';
import { useConfig } from '../store/store.js';
import { walletOf } from '../wallet/sign-in.js';
import { checkContract, contractOf, flawOf, type Finding } from './contract-check.js';
import { ContractCard } from './contract-card.js';
import { LimitsForm, type Limits } from './limits-form.js';
import { Waiting } from './waiting.js';
import { AuthorityCard, StolenKeyCard } from './worst-case.js';

type Safe = NonNullable<MandateDraft['safe']>;

/** The batch as Safe's Transaction Builder reads a file. */
export const builderFile = ({ calls, account }: Safe, chainId: number): string =>
  JSON.stringify({ version: '1.0', chainId: String(chainId), meta: { name: 'Ballast: protect a loan', createdFromSafeAddress: account }, transactions: calls.map(({ to, data }) => ({ to, value: '0', data })) }, null, 2);

/** What a Safe signs: approvals and mandate in one transaction. An owner of it reads here, hands the draft in, and has it signed in the Safe's own app. */
export function SafeSign({ draft, safe, position, signer, onLimits, redrafting }: { draft: MandateDraft; safe: Safe; position: Position; signer: string; onLimits: (limits: Limits) => void; redrafting: boolean }) {
  const { value: config } = useConfig();
  const [read, setRead] = useState(false);
  const [handedIn, setHandedIn] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [finding, setFinding] = useState<Finding>({ kind: 'unchecked', why: 'The contract is being checked.' });
  const { chainId, verifyingContract: guard } = draft.typedData.domain;
  const chain = config?.chains.find((known) => known.chainId === chainId);
  const flaw = config === undefined ? null : flawOf(draft, chain, position.protocol);
  const checked = flaw === null && finding.kind === 'ours' && chain !== undefined;
  const check = (): Promise<void> => walletOf(signer).then((wallet) => checkContract(wallet, chainId, guard, contractOf(draft.typedData), draft)).then(setFinding, () => undefined);
  useEffect(() => void check(), [signer, chainId, guard]);

  const handIn = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await ask<Mandate>('POST', '/v1/mandates', { chainId, positionId: draft.positionId, terms: draft.terms, via: 'set' });
      setHandedIn(true);
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error.message : String(error));
    }
    setBusy(false);
  };
  return (
    <div className="protect">
      <div className="stack">
        <section className="card stack tight protect-sentence">
          <p className="small text2">In one sentence</p>
          <p className="sentence"><Emphasised text={draft.sentence} /></p>
        </section>
        {!handedIn && <LimitsForm draft={draft} position={position} busy={busy || redrafting} onChange={onLimits} />}
        <section className="card stack tight">
          <h2>One Safe transaction, {safe.threshold} of {safe.owners.length} signatures</h2>
          <p className="small text2">All of it happens, or none. No module is added to the Safe. Armed when it is mined.</p>
          <ol className="stack tight">{safe.calls.map((call) => <li key={`${call.to}${call.data}`}>{call.what}{checked && <span className="small text2"> · <AddressText address={call.to} /></span>}</li>)}</ol>
          <p className="small text2">Transaction {safe.typedData.message.nonce} of the Safe, hash <HashText hash={safe.safeTxHash} what="Safe transaction" /></p>
          {checked && handedIn && <p>For Safe’s Transaction Builder: <CopyButton text={builderFile(safe, chainId)} what="the batch as a file" /> copy the batch, load it there, and have {safe.threshold} owners sign.</p>}
        </section>
        {draft.authority !== null && <AuthorityCard text={draft.authority} />}
        <ContractCard flaw={flaw} finding={finding} guard={guard} chainName={chain?.name ?? ''} busy={busy} onCheck={() => void check()} />
        {handedIn && <Waiting hash={draft.hash} position={position} permits={0} viaSafe />}
      </div>
      <div className="stack">
        <StolenKeyCard draft={draft} />
        <div className="sign-bar stack tight">
          <label className="check"><input type="checkbox" checked={read} onChange={(event) => setRead(event.target.checked)} /><span>I have read the worst case and how to stop</span></label>
          <button type="button" className="button primary wide" disabled={!read || busy || redrafting || !checked || handedIn} onClick={() => void handIn()}>Hand in and get the Safe’s transaction</button>
          {problem !== null && <p className="problem-text" role="alert">{problem}</p>}
        </div>
      </div>
    </div>
  );
}
