import { useEffect, useRef, type ReactNode } from 'react';
import { Icon, Logo, type IconName } from '../components/icons.js';
import { Link, paths, type Route } from '../router.js';
import { useAnswer, useConfig, useSession } from '../store/store.js';
import type { AccountPositions } from '../api/types.js';
import { routes } from '../api/routes.js';
import { Account, ThemeSwitch } from './account.js';
import { AddressField } from './address-field.js';
import { addressInView, useRememberAddress } from './address-in-view.js';
import { Announcer } from './announcer.js';
import { LiveStatus } from './live-status.js';

const NONE: AccountPositions['positions'] = [];

interface Place {
  readonly name: string;
  readonly icon: IconName;
  readonly to: string;
  readonly here: boolean;
  readonly count?: number;
}

export function Shell({ route, children }: { route: Route; children: ReactNode }) {
  const { value: config } = useConfig();
  const { value: session } = useSession();
  const routed = 'address' in route ? route.address : null;
  useRememberAddress(routed);
  const address = routed ?? addressInView() ?? session?.address ?? null;
  const { value: account } = useAnswer<AccountPositions>(address === null ? null : routes.positions(address));
  const main = useRef<HTMLElement>(null);
  const page = 'id' in route ? `${route.page} ${route.id}` : route.page;
  const first = useRef(true);
  useEffect(() => {
    // A new page is told to the reader: the focus goes to its main part. Not on the first, whose own focus stands.
    if (first.current) first.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [page]);

  const places: Place[] = [
    { name: 'Positions', icon: 'positions', to: address === null ? '/' : paths.positions(address), here: route.page === 'start' || route.page === 'positions' || route.page === 'position' || route.page === 'protect' || route.page === 'venue-account' || route.page === 'connect', count: account?.positions.length },
    { name: 'Portfolio', icon: 'portfolio', to: paths.portfolio(address), here: route.page === 'portfolio' || route.page === 'edit-hedge' },
    { name: 'Activity', icon: 'activity', to: paths.activity(address), here: route.page === 'activity' || route.page === 'hedge-activity' },
    { name: 'Status', icon: 'status', to: '/status', here: route.page === 'status' },
  ];
  const demo = config?.demo === true;
  return (
    <>
      <a className="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>Skip to content</a>
      <header className="topbar">
        <Link to="/" className="brand" aria-label="Ballast, start page"><Logo /><span>Ballast</span></Link>
        {route.page !== 'start' && <AddressField shortcut />}
        <div className="topbar-end">
          <LiveStatus />
          <ThemeSwitch />
          <Account />
        </div>
      </header>
      <div className="frame">
        <nav className="rail" aria-label="Pages">
          <ul>
            {places.map((place) => (
              <li key={place.name}>
                <Link to={place.to} className="nav-link" aria-current={place.here ? 'page' : undefined}>
                  <Icon name={place.icon} /><span>{place.name}</span>
                  {place.count !== undefined && place.count > 0 && <span className="count">{place.count}</span>}
                </Link>
              </li>
            ))}
          </ul>
          {demo && (
            <Link to="/play" className="crash-card" aria-current={route.page === 'play' ? 'page' : undefined}>
              <b>Crash player <Icon name="play" size={12} /></b>
              Watch two equal accounts meet March 2020, one with Ballast
            </Link>
          )}
        </nav>
        <main id="main" ref={main} tabIndex={-1}>
          {children}
          <Announcer positions={account?.positions ?? NONE} />
          <footer className="foot">
            <span>Ballast {config?.version ?? ''}</span>
            <Link to="/about">About and notices</Link>
            <a href="/v1/openapi.json">API description</a>
          </footer>
        </main>
      </div>
      <nav className="tabbar" aria-label="Pages, phone">
        {places.map((place) => (
          <Link key={place.name} to={place.to} aria-current={place.here ? 'page' : undefined}><Icon name={place.icon} size={18} />{place.name}</Link>
        ))}
        {demo && <Link to="/play" aria-current={route.page === 'play' ? 'page' : undefined}><Icon name="play" size={18} />Crash</Link>}
      </nav>
    </>
  );
}

/** The page's finding as its only h1, and its name as the document's title. */
export function PageHead({ name, headline, crumbs, before, end }: { name: string; headline: string; crumbs?: ReactNode; before?: ReactNode; end?: ReactNode }) {
  useEffect(() => {
    document.title = `${name} · Ballast`;
  }, [name]);
  return (
    <div className="page-head">
      {before}
      <div>
        {crumbs !== undefined && <p className="crumbs">{crumbs}</p>}
        <h1>{headline}</h1>
      </div>
      {end !== undefined && <div className="page-head-end">{end}</div>}
    </div>
  );
}
