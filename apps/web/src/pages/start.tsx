import { routes } from '../api/routes.js';
import { Icon } from '../components/icons.js';
import { AddressText } from '../components/parts.js';
import type { DemoState } from '../demo/types.js';
import { Link, paths } from '../router.js';
import { AddressField } from '../shell/address-field.js';
import { PageHead } from '../shell/shell.js';
import { useAnswer, useConfig } from '../store/store.js';

export function StartPage() {
  const { value: config } = useConfig();
  const demo = config?.demo === true;
  const { value: state } = useAnswer<DemoState>(demo ? routes.demoState : null);
  return (
    <div className="start">
      <PageHead name="Start" headline="How far are you from liquidation?" />
      <p className="lead">Paste any address. Nothing to sign, nothing to connect: looking is free.</p>
      <AddressField autoFocus />
      {state && (
        <div className="examples text2">
          <span>Or look at</span>
          {[state.accounts.protected, state.accounts.twin].map((account) => (
            <span key={account.address} className="row">
              <Link to={paths.positions(account.address.toLowerCase())}>{account.label}</Link>
              <AddressText address={account.address} />
            </span>
          ))}
        </div>
      )}
      {demo && (
        <section className="card start-crash">
          <div>
            <h2>Watch 12 and 13 March 2020 happen to two equal loans</h2>
            <p className="text2">ETH falls by more than half in two days, in about two minutes here. One owner has signed a mandate, the other has not. The chain, the market and every transaction are real, on this machine.</p>
          </div>
          <Link to="/play" className="button primary"><Icon name="play" size={13} />Open the crash player</Link>
        </section>
      )}
      <div className="start-three">
        <section className="card"><h3>It watches</h3><p className="text2">Each block: how far the price must fall, how likely that is, and what it would cost you.</p></section>
        <section className="card"><h3>It acts first</h3><p className="text2">Inside limits that you signed, it repays from your wallet before the protocol may sell.</p></section>
        <section className="card"><h3>It cannot steal</h3><p className="text2">It can repay your debt. It can never withdraw, borrow or raise its own limits. The contract enforces that.</p></section>
      </div>
    </div>
  );
}
