import { Icon } from '../components/icons.js';
import { AddressText, Banner } from '../components/parts.js';
import { protectionMark } from '../words/states.js';
import type { Finding } from './contract-check.js';

/** What the page found out about the contract: ours by its code, somebody else's, or not looked at yet. */
export function ContractCard({ flaw, finding, guard, chainName, busy, onCheck }: { flaw: string | null; finding: Finding; guard: string; chainName: string; busy: boolean; onCheck: () => void }) {
  if (flaw !== null) return <Banner tone="danger" mark={protectionMark('not-protected')} title="This is not our contract. Do not sign.">{flaw}</Banner>;
  if (finding.kind === 'not-ours') return <Banner tone="danger" mark={protectionMark('not-protected')} title="This is not our contract. Do not sign.">{finding.why}</Banner>;
  if (finding.kind === 'unchecked') {
    return (
      <section className="card row">
        <div style={{ flex: 1, minWidth: 200 }}><b className="strong">The contract is not checked yet</b><p className="small text2">{finding.why}</p></div>
        <button type="button" className="button small" disabled={busy} onClick={onCheck}>Check it in the wallet</button>
      </section>
    );
  }
  return (
    <section className="card row">
      <span className="tone-safe"><Icon name="check" size={17} /></span>
      <div style={{ flex: 1, minWidth: 200 }}><b className="strong">This is the contract we published</b><p className="small text2">Address and chain ({chainName}) are the published ones; its code, as your wallet reads it, has the hash that is built into this page.</p></div>
      <span className="small">{finding.contract} <AddressText address={guard} full={false} /></span>
    </section>
  );
}
