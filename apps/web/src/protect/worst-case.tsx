import type { MandateDraft } from '../api/types.js';
import { Emphasised } from '../components/emphasised.js';
import { Icon, ShapeIcon } from '../components/icons.js';
import { amount, dollars } from '../words/numbers.js';

/** What a thief with every key of ours could cost, in this mandate's dollars, and what he could never do. */
export function StolenKeyCard({ draft }: { draft: MandateDraft }) {
  const { stolenKey } = draft;
  return (
    <section className="card worst stack tight">
      <div className="row"><span className="tone-watch"><ShapeIcon shape="diamond" size={18} /></span><h2>If our server is stolen</h2></div>
      {stolenKey !== null && (
        <>
          <p className="text2">A thief with every key we hold can cost you about</p>
          <dl className="figures compact" style={{ gridTemplateColumns: '1fr 1fr', marginTop: 0 }}>
            <Sum title={`${amount(stolenKey.atOnce, stolenKey.asset.symbol)} sold at once`} calm={stolenKey.atOnceUsd.calm} crash={stolenKey.atOnceUsd.crash} />
            <Sum title="in all, on today's debt" calm={stolenKey.inAllUsd.calm} crash={stolenKey.inAllUsd.crash} />
          </dl>
        </>
      )}
      <p><Emphasised text={draft.worstCase} /></p>
      <h3 style={{ paddingTop: 10, borderTop: '1px solid var(--line)' }}>Beyond that they cannot</h3>
      <ul className="stack tight">
        {[stolenKey === null ? 'Take your collateral, or send your coins elsewhere' : 'Take collateral without repaying your debt', 'Borrow in your name', 'Raise these limits or add a keeper'].map((text) => <li key={text} className="row"><span className="text2"><Icon name="cross" size={14} /></span>{text}</li>)}
      </ul>
    </section>
  );
}

function Sum({ title, calm, crash }: { title: string; calm: string; crash: string }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{dollars(calm, 'up')}<span className="note">on a normal day</span>{dollars(crash, 'up')}<span className="note">in a crash</span></dd>
    </div>
  );
}

/** How wide the protocol's own permission is, where it is no amount. */
export function AuthorityCard({ text }: { text: string }) {
  return <section className="card is-danger stack tight"><div className="row"><span className="tone-danger"><ShapeIcon shape="octagon" size={18} /></span><h2>This permission is wide</h2></div><p>{text}</p></section>;
}
