import type { ReactNode } from 'react';
import { Emphasised } from '../components/emphasised.js';
import { ShapeIcon } from '../components/icons.js';

/** What connecting risks, word for word as the service tells it, before anything else. */
export function WarningCard({ warning, children }: { warning: string; children?: ReactNode }) {
  return (
    <section className="card is-danger connect-warning stack" style={{ gap: 12 }} aria-label="What connecting risks">
      <div className="row nowrap-row"><span className="tone-danger"><ShapeIcon shape="octagon" size={22} /></span><p className="lead"><Emphasised text={warning} /></p></div>
      {children}
    </section>
  );
}

/** The three things that keep it small. */
export function Advice() {
  return (
    <ol className="advice">
      <li><b className="strong">A sub-account of its own.</b> <span className="text2">Nothing else in it, so that nothing else can be lost.</span></li>
      <li><b className="strong">Only what the hedge needs.</b> <span className="text2">Fund it up to that, and not more.</span></li>
      <li><b className="strong">A key that can trade and not withdraw.</b> <span className="text2">Any other is refused.</span></li>
    </ol>
  );
}
