import { Suspense, lazy } from 'react';
import { Loading } from './components/parts.js';
import { AboutPage } from './pages/about.js';
import { ActivityPage } from './pages/activity.js';
import { AcknowledgePage, ConfirmPage, UnsubscribePage } from './pages/mail-links.js';
import { LostPage } from './pages/lost.js';
import { PositionPage } from './pages/position.js';
import { PositionsPage } from './pages/positions.js';
import { StartPage } from './pages/start.js';
import { StatusPage } from './pages/status.js';
import { useRoute, type Route } from './router.js';
import { Shell } from './shell/shell.js';

const ProtectPage = lazy(() => import('./pages/protect.js').then((page) => ({ default: page.ProtectPage })));
const PortfolioPage = lazy(() => import('./pages/portfolio.js').then((page) => ({ default: page.PortfolioPage })));
const VenueAccountPage = lazy(() => import('./pages/venue-account.js').then((page) => ({ default: page.VenueAccountPage })));
const ConnectPage = lazy(() => import('./pages/connect.js').then((page) => ({ default: page.ConnectPage })));
const EditHedgePage = lazy(() => import('./pages/edit-hedge.js').then((page) => ({ default: page.EditHedgePage })));
const HedgeActivityPage = lazy(() => import('./pages/hedge-activity.js').then((page) => ({ default: page.HedgeActivityPage })));
const PlayPage = lazy(() => import('./pages/play.js').then((page) => ({ default: page.PlayPage })));

export function App() {
  const route = useRoute();
  return (
    <Shell route={route}>
      <Suspense fallback={<Loading what="The page is being loaded." />}>
        <Page route={route} />
      </Suspense>
    </Shell>
  );
}

function Page({ route }: { route: Route }) {
  switch (route.page) {
    case 'start':
      return <StartPage />;
    case 'positions':
      return <PositionsPage key={route.address} address={route.address} />;
    case 'position':
      return <PositionPage key={route.id} address={route.address} id={route.id} />;
    case 'protect':
      return <ProtectPage key={route.id} address={route.address} id={route.id} />;
    case 'portfolio':
      return <PortfolioPage address={route.address} />;
    case 'venue-account':
      return <VenueAccountPage key={route.id} address={route.address} id={route.id} />;
    case 'connect':
      return <ConnectPage key={route.key ?? ''} address={route.address} name={route.key} />;
    case 'edit-hedge':
      return <EditHedgePage key={route.underlying} address={route.address} underlying={route.underlying} />;
    case 'hedge-activity':
      return <HedgeActivityPage address={route.address} record={route.record} />;
    case 'activity':
      return <ActivityPage address={route.address} record={route.record} />;
    case 'status':
      return <StatusPage />;
    case 'play':
      return <PlayPage />;
    case 'confirm':
      return <ConfirmPage />;
    case 'unsubscribe':
      return <UnsubscribePage />;
    case 'acknowledge':
      return <AcknowledgePage />;
    case 'about':
      return <AboutPage />;
    case 'lost':
      return <LostPage path={route.path} />;
  }
}
