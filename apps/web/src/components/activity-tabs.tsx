import { Link, paths } from '../router.js';

/** The two records of an address: of its loans, which anybody may read, and of its hedges, which its owner may. */
export function ActivityTabs({ address, here }: { address: string | null; here: 'loans' | 'hedges' }) {
  return (
    <nav className="tabs" aria-label="Records">
      <Link to={paths.activity(address)} aria-current={here === 'loans' ? 'page' : undefined}>Loans</Link>
      <Link to={paths.hedgeActivity(address)} aria-current={here === 'hedges' ? 'page' : undefined}>Hedges</Link>
    </nav>
  );
}
