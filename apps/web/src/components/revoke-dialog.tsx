import { useState } from 'react';
import { ApiProblem, ask } from '../api/client.js';
import { routes } from '../api/routes.js';
import type { Mandate, Position, UnsignedTransaction } from '../api/types.js';
import { GUARD_OF, checkContract } from '../protect/contract-check.js';
import { askToSignIn } from '../shell/account.js';
import { useConfig } from '../store/store.js';
import { checksummed } from '../wallet/checksum.js';
import { refusalInWords, standOnChain, waitUntilMined } from '../wallet/provider.js';
import { walletOf } from '../wallet/sign-in.js';
import { Dialog, HashText } from './parts.js';

type Step = { readonly kind: 'asking' } | { readonly kind: 'busy' } | { readonly kind: 'sent'; readonly hash: string } | { readonly kind: 'mined'; readonly hash: string };

/** Ends the mandate by the owner's own transaction: it also counts against a thief, and needs nothing of ours. Outlives the mandate on the card, to tell how it ended. */
export function RevokeDialog({ mandate, position, onClose }: { mandate: Mandate; position: Position; onClose: () => void }) {
  const { value: config } = useConfig();
  const [step, setStep] = useState<Step>({ kind: 'asking' });
  const [problem, setProblem] = useState<string | null>(null);
  const owner = mandate.terms.owner;
  const day = position.chances.find(({ horizonHours }) => horizonHours === 24)?.shown;

  const revoke = async (): Promise<void> => {
    setStep({ kind: 'busy' });
    setProblem(null);
    try {
      const wallet = await walletOf(owner);
      if (!wallet) {
        setProblem('Open the wallet that owns this loan: sign in again with it.');
        askToSignIn();
        return setStep({ kind: 'asking' });
      }
      const chain = config?.chains.find(({ chainId }) => chainId === mandate.chainId);
      if (chain) await standOnChain(wallet, chain);
      const finding = await checkContract(wallet, mandate.chainId, mandate.guard, GUARD_OF[mandate.protocol]);
      if (finding.kind !== 'ours') throw new Error(finding.why);
      const { to, data, value } = await ask<UnsignedTransaction>('GET', `${routes.mandate(mandate.hash)}/revocation`);
      if (to.toLowerCase() !== mandate.guard.toLowerCase()) throw new Error('The transaction that came does not go to the guard. Use the revoke page.');
      const hash = String(await wallet.provider.request({ method: 'eth_sendTransaction', params: [{ from: checksummed(owner), to, data, value }] }));
      setStep({ kind: 'sent', hash });
      const good = await waitUntilMined(wallet, hash);
      if (good === true) setStep({ kind: 'mined', hash });
      if (good === false) setProblem('The transaction failed on the chain. The mandate is still in force.');
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error.message : refusalInWords(error));
      setStep({ kind: 'asking' });
    }
  };
  return (
    <Dialog open title="Stop protecting this loan?" onClose={onClose}>
      {day !== undefined && <p>It has a {day} chance of liquidation within a day.</p>}
      <p className="text2">A transaction from your wallet to the contract, which pays its fee. It counts at once for everybody, also for a thief of our keys. What you approved stays approved and does nothing without a mandate; drop it, and any unused permit, on <a href={`/revoke.html#account=${owner}&guard=${mandate.guard}`}>the revoke page</a>, which needs no server of ours.</p>
      {step.kind === 'sent' && <p className="tone-act" role="status">Sent, waiting until the chain shows it <HashText hash={step.hash} /></p>}
      {step.kind === 'mined' && <p className="good-text" role="status">Revoked on the chain. This page follows once Ballast has seen it. <HashText hash={step.hash} /></p>}
      {problem !== null && <p className="problem-text" role="alert">{problem}</p>}
      <div className="row">
        <button type="button" className="button" onClick={onClose}>{step.kind === 'mined' ? 'Close' : 'Keep'}</button>
        {(step.kind === 'asking' || step.kind === 'busy') && <button type="button" className="button primary" disabled={step.kind === 'busy'} onClick={() => void revoke()}>{step.kind === 'busy' ? 'Confirm in your wallet' : 'Revoke'}</button>}
      </div>
    </Dialog>
  );
}
