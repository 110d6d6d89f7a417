import { Link, paths } from '../router.js';

/** The two records of an address: what happened, of which anybody reads what is about loans; and every decision about hedges, which its owner alone may read. */
export function ActivityTabs({ address, here }: { address: string | null; here: 'loans' | 'hedges' }) {
  return (
    <nav className="tabs" aria-label="Records">
      <Link to={paths.activity(address)} aria-current={here === 'loans' ? 'page' : undefined}>What happened</Link>
      <Link to={paths.hedgeActivity(address)} aria-current={here === 'hedges' ? 'page' : undefined}>Hedges in detail</Link>
    </nav>
  );
}
