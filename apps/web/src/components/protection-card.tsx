import { useState } from 'react';
import { routes } from '../api/routes.js';
import type { Mandate, Position } from '../api/types.js';
import { Link, paths } from '../router.js';
import { askToSignIn } from '../shell/account.js';
import { useAnswer, useSession } from '../store/store.js';
import { coinOf, venueOf } from '../words/distance.js';
import { amount, dollars, health, unscale } from '../words/numbers.js';
import { BLIND, protectionMark } from '../words/states.js';
import { dateOfUnix, dateTime } from '../words/times.js';
import { MoveDialog } from './move-dialog.js';
import { AddressText, HashText, Pairs } from './parts.js';
import { RevokeDialog } from './revoke-dialog.js';
import { StateChip } from './state-chip.js';

const ACTION_WORDS: ReadonlyArray<readonly [bit: number, words: string]> = [[2, 'Repay from wallet'], [1, 'Add collateral'], [4, 'Sell collateral']];

/** The day's amount with its token where the position shows it. */
function soldPerDay({ terms }: Mandate, position: Position): string {
  const debt = position.debts.find(({ asset }) => asset.address.toLowerCase() === terms.debt.toLowerCase())?.asset;
  return debt === undefined ? `${terms.fillPerDay} units` : amount(unscale(terms.fillPerDay, debt.decimals), debt.symbol);
}

/** What would act on this loan, within which limits, and whether it could now. */
export function ProtectionCard({ position, blind }: { position: Position; blind: boolean }) {
  const { protection } = position;
  const [moving, setMoving] = useState(false);
  const [ending, setEnding] = useState<Mandate | null>(null);
  const { value: session } = useSession();
  const { value: mandate } = useAnswer<Mandate>(protection.mandateHash === null ? null : routes.mandate(protection.mandateHash));
  const owner = session?.address?.toLowerCase() === position.account.toLowerCase();
  const account = position.account.toLowerCase();
  const canProtect = position.state !== 'no-debt' && (protection.state === 'none' || protection.state === 'not-protected');
  return (
    <section className={`card stack${protection.state === 'not-protected' ? ' is-danger' : ''}`} style={{ gap: 12 }}>
      <div className="card-head"><h2>What protects it</h2><StateChip mark={blind ? BLIND : protectionMark(protection.state)} /></div>
      <p>{protection.sentence}{protection.since !== null && protection.state === 'not-protected' && ` Since ${dateTime(protection.since)} UTC.`}</p>
      {protection.warning !== null && <p className="tone-watch">{protection.warning}</p>}
      {mandate && (
        <>
          <p className="small text2">{mandate.sentence}</p>
          <Pairs
            rows={[
              ['May', ACTION_WORDS.filter(([bit]) => (mandate.terms.actions & bit) !== 0).map(([, words]) => words).join(', ')],
              ...(protection.actsAtHealth === null ? [] : [['Acts at', protection.actsAtPriceUsd === null ? `health ${health(protection.actsAtHealth)}` : `${coinOf(position)} ${dollars(protection.actsAtPriceUsd, 'up')}`, `health ${health(protection.actsAtHealth)}`] as const]),
              ...(protection.targetHealth === null ? [] : [['Brings health back to', health(protection.targetHealth)] as const]),
              ['Outer limits', `${health(unscale(mandate.terms.minHf, 18))} to ${health(unscale(mandate.terms.maxHf, 18))}`, `only while under ${health(unscale(mandate.terms.triggerHf, 18))}`],
              ...position.wallet.map((coin) => [`${coin.asset.symbol} it may use`, amount(coin.allowance, coin.asset.symbol), `wallet holds ${amount(coin.balance, coin.asset.symbol)}`] as const),
              ...((mandate.terms.actions & 4) === 0 ? [] : [
                ['A sale may cost', `at most ${unscale(String(mandate.terms.maxCostBps), 2)}%`, `of what is repaid, at ${venueOf(position.protocol).name}’s price`] as const,
                ['Repaid by selling', soldPerDay(mandate, position), 'a day; after a quiet day twice that'] as const,
              ]),
              ['Ends', dateOfUnix(mandate.terms.expiry), 'by the chain’s clock'],
              ['Contract', <AddressText key="guard" address={mandate.guard} />],
              ['Mandate', <HashText key="hash" hash={mandate.hash} what="mandate" />],
            ]}
          />
        </>
      )}
      {mandate && owner && (mandate.status === 'active' || mandate.status === 'signed') && <div><button type="button" className="button" onClick={() => setEnding(mandate)}>Revoke</button></div>}
      {owner && position.protocol === 'aave-v3' && position.state !== 'no-debt' && <div><button type="button" className="link-button small" onClick={() => setMoving(true)}>Move collateral from or to a position of mine at Morpho</button></div>}
      {moving && <MoveDialog position={position} onClose={() => setMoving(false)} />}
      {ending && <RevokeDialog mandate={ending} position={position} onClose={() => setEnding(null)} />}
      {canProtect && (owner ? (
        <Link to={paths.protect(account, position.id)} className="button primary wide">{protection.state === 'none' ? 'Protect this loan' : 'Sign a new mandate'}</Link>
      ) : session?.address == null ? (
        <button type="button" className="button primary wide" onClick={askToSignIn}>Sign in as the owner to protect it</button>
      ) : (
        <p className="small text2">Only the owner of this address can protect it. You are signed in with another one.</p>
      ))}
    </section>
  );
}
