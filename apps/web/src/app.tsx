import { Suspense, lazy } from 'react';
import { Loading } from './components/parts.js';
import { AboutPage } from './pages/about.js';
import { ActivityPage } from './pages/activity.js';
import { ConfirmPage, UnsubscribePage } from './pages/mail-links.js';
import { LostPage } from './pages/lost.js';
import { PositionPage } from './pages/position.js';
import { PositionsPage } from './pages/positions.js';
import { StartPage } from './pages/start.js';
import { StatusPage } from './pages/status.js';
import { useRoute, type Route } from './router.js';
import { Shell } from './shell/shell.js';

const ProtectPage = lazy(() => import('./pages/protect.js').then((page) => ({ default: page.ProtectPage })));
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
    case 'about':
      return <AboutPage />;
    case 'lost':
      return <LostPage path={route.path} />;
  }
}
