import { useState } from 'react';
import { ApiProblem, ask } from '../api/client.js';
import type { Move, Position } from '../api/types.js';
import { askToSignIn } from '../shell/account.js';
import { useConfig } from '../store/store.js';
import { batches, sendBatch, sendOneByOne } from '../wallet/batch.js';
import { refusalInWords, standOnChain, type Wallet } from '../wallet/provider.js';
import { walletOf } from '../wallet/sign-in.js';
import { health } from '../words/numbers.js';
import { AddressText, Delta, Dialog, Pairs, Segmented } from './parts.js';

type Way = 'from' | 'to';
type Step = { readonly kind: 'asking' } | { readonly kind: 'busy'; readonly what: string } | { readonly kind: 'done'; readonly what: string };

/** Collateral between this loan and one of the owner's at Morpho: prepared by Ballast, looked at here, sent by the owner's wallet alone. */
export function MoveDialog({ position, onClose }: { position: Position; onClose: () => void }) {
  const { value: config } = useConfig();
  const [way, setWay] = useState<Way>('from');
  const [market, setMarket] = useState('');
  const [amount, setAmount] = useState('');
  const [keep, setKeep] = useState('1.50');
  const [move, setMove] = useState<Move | null>(null);
  const [step, setStep] = useState<Step>({ kind: 'asking' });
  const [problem, setProblem] = useState<string | null>(null);
  const collateral = position.collaterals[0]?.asset;
  const owner = position.account;
  const inWords = (error: unknown): string => (error instanceof ApiProblem ? error.message : refusalInWords(error));

  const prepare = async (): Promise<void> => {
    setProblem(null);
    setMove(null);
    if (!/^0x[0-9a-fA-F]{64}$/.test(market.trim())) return setProblem('The market is named by its id at Morpho: 0x and 64 hex digits.');
    if (!/^\d+(\.\d+)?$/.test(amount.trim())) return setProblem(`The amount is a number of ${collateral?.symbol ?? 'tokens'}.`);
    const here = { protocol: 'aave-v3' as const, account: owner };
    const there = { protocol: 'morpho-blue' as const, marketId: market.trim(), account: owner };
    setStep({ kind: 'busy', what: 'Both protocols are asked what it would do.' });
    try {
      setMove(await ask<Move>('POST', '/v1/moves/prepare', { from: way === 'from' ? there : here, to: way === 'from' ? here : there, asset: collateral?.address, amount: amount.trim(), keepHealth: keep.trim() }));
    } catch (error) {
      setProblem(inWords(error));
    }
    setStep({ kind: 'asking' });
  };
  const send = async (use: (wallet: Wallet, prepared: Move) => Promise<string>): Promise<void> => {
    if (move === null) return;
    setProblem(null);
    setStep({ kind: 'busy', what: 'Confirm in your wallet.' });
    try {
      const wallet = await walletOf(owner);
      if (!wallet) {
        askToSignIn();
        throw new Error('Open the wallet that owns this loan: sign in again with it.');
      }
      const chain = config?.chains.find(({ chainId }) => chainId === position.chainId);
      if (chain) await standOnChain(wallet, chain);
      setStep({ kind: 'done', what: await use(wallet, move) });
    } catch (error) {
      setProblem(inWords(error));
      setStep({ kind: 'asking' });
    }
  };
  const inOrder = (): Promise<void> =>
    send(async (wallet, { calls, walletSendCalls }) => {
      if (await batches(wallet, position.chainId, owner)) {
        await sendBatch(wallet, walletSendCalls);
        return 'Handed to your wallet as one batch: all of it happens, or none.';
      }
      await sendOneByOne(wallet, owner, calls, (index) => setStep({ kind: 'busy', what: `Step ${index + 1} of ${calls.length}: ${calls[index]?.what}. Confirm in your wallet.` }));
      return 'All steps are on the chain.';
    });
  const busy = step.kind === 'busy';
  return (
    <Dialog open title="Move collateral" onClose={onClose}>
      <p className="text2">From a healthy position of yours to one in danger. You sign it; Ballast never moves collateral between protocols by itself, because it weakens the side that gives.</p>
      <Segmented name="way" label="Which way" value={way} options={[['from', 'From Morpho to this loan'], ['to', 'From this loan to Morpho']]} onChange={setWay} />
      <label className="field"><span>Your market at Morpho (its id)</span><input value={market} placeholder="0x…" onChange={(event) => setMarket(event.target.value)} /></label>
      <div className="row" style={{ gap: 12 }}>
        <label className="field"><span>Amount, {collateral?.symbol ?? 'tokens'}</span><input inputMode="decimal" value={amount} onChange={(event) => setAmount(event.target.value)} /></label>
        <label className="field"><span>Health that the giving side keeps</span><input inputMode="decimal" value={keep} onChange={(event) => setKeep(event.target.value)} /></label>
      </div>
      <div><button type="button" className="button small" disabled={busy || collateral === undefined} onClick={() => void prepare()}>See what it would do</button></div>
      {move && <Prepared move={move} />}
      {busy && <p className="tone-act" role="status">{step.what}</p>}
      {step.kind === 'done' && <p className="good-text" role="status">{step.what}</p>}
      {problem !== null && <p className="problem-text" role="alert">{problem}</p>}
      {move && step.kind !== 'done' && <div><button type="button" className="button primary" disabled={busy} onClick={() => void inOrder()}>Sign and send</button></div>}
    </Dialog>
  );
}

function Prepared({ move }: { move: Move }) {
  const change = (side: Move['donor']) => (side.healthBefore === null ? 'No debt' : <Delta from={health(side.healthBefore)} to={health(side.healthAfter)} />);
  return (
    <>
      <Pairs rows={[[`Gives: ${move.donor.venue}`, change(move.donor), `must keep ${health(move.keepHealth)}`], [`Receives: ${move.recipient.venue}`, change(move.recipient), 'by the protocol’s own figures, at this block']]} />
      <ol className="stack tight">
        {move.calls.map((call) => <li key={call.what}>{call.what} <span className="small text2">· <AddressText address={call.to} /></span></li>)}
      </ol>
      <p className="small text2">As one batch where your wallet can (EIP-5792), else one transaction after the other.</p>
    </>
  );
}
