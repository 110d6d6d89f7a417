import { AddressText } from '../components/parts.js';
import { askToSignIn } from '../shell/account.js';
import { useSession } from '../store/store.js';

/** Derivative accounts are on no public chain: what they hold is told to their owner alone. */
export function OwnerOnly({ address, what }: { address: string; what: string }) {
  const { value: session } = useSession();
  const other = session?.address != null;
  return (
    <section className="card stack tight">
      <h2>{other ? 'You are signed in with another address' : `Sign in to see ${what}`}</h2>
      <p className="text2">They are on no public chain, so they are shown to their owner alone.</p>
      <p className="small text2">Owner <AddressText address={address} /></p>
      <div><button type="button" className="button primary" onClick={askToSignIn}>{other ? 'Change the account' : 'Sign in'}</button></div>
    </section>
  );
}
