import { useSyncExternalStore, type AnchorHTMLAttributes, type MouseEvent, type ReactNode } from 'react';

export type Route =
  | { readonly page: 'start' }
  | { readonly page: 'positions'; readonly address: string }
  | { readonly page: 'position'; readonly address: string; readonly id: string }
  | { readonly page: 'protect'; readonly address: string; readonly id: string }
  | { readonly page: 'venue-account'; readonly address: string; readonly id: string }
  | { readonly page: 'connect'; readonly address: string; readonly key: string | null }
  | { readonly page: 'portfolio'; readonly address: string | null }
  | { readonly page: 'edit-hedge'; readonly address: string | null; readonly underlying: 'ETH' | 'BTC' }
  | { readonly page: 'activity'; readonly address: string | null; readonly record: string | null }
  | { readonly page: 'hedge-activity'; readonly address: string | null; readonly record: string | null }
  | { readonly page: 'status' }
  | { readonly page: 'play' }
  | { readonly page: 'confirm' }
  | { readonly page: 'unsubscribe' }
  | { readonly page: 'acknowledge' }
  | { readonly page: 'about' }
  | { readonly page: 'lost'; readonly path: string };

export const isAddress = (text: string): boolean => /^0x[0-9a-fA-F]{40}$/.test(text);

/** Which page a path is. A path that is no page of ours is `lost`, and so is one whose address is malformed. */
export function routeOf(path: string, query: string): Route {
  const parts = path.split('/').filter(Boolean).map(decodePart);
  const search = new URLSearchParams(query);
  const [first, second, third, fourth, fifth] = parts;
  if (first === undefined) return { page: 'start' };
  if (first === 'a' && second !== undefined && isAddress(second)) {
    const address = second.toLowerCase();
    if (third === undefined) return { page: 'positions', address };
    if (third === 'p' && fourth !== undefined && fifth === undefined) return { page: 'position', address, id: fourth };
    if (third === 'p' && fourth !== undefined && fifth === 'protect') return { page: 'protect', address, id: fourth };
    if (third === 'v' && fourth !== undefined && fifth === undefined) return { page: 'venue-account', address, id: fourth };
    if (third === 'connect' && fifth === undefined) return { page: 'connect', address, key: fourth ?? null };
  }
  const account = search.get('account');
  const address = account !== null && isAddress(account) ? account.toLowerCase() : null;
  if (parts.length <= 3 && first === 'activity' && second === 'hedges') return { page: 'hedge-activity', address, record: third ?? null };
  if (parts.length <= 2 && first === 'activity') return { page: 'activity', address, record: second ?? search.get('record') };
  if (parts.length === 1 && first === 'portfolio') return { page: 'portfolio', address };
  if (parts.length === 3 && first === 'portfolio' && second === 'hedge' && (third === 'ETH' || third === 'BTC')) return { page: 'edit-hedge', address, underlying: third };
  if (parts.length === 1 && (first === 'status' || first === 'play' || first === 'confirm' || first === 'unsubscribe' || first === 'acknowledge' || first === 'about')) return { page: first };
  return { page: 'lost', path };
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const of = (address: string | null): string => (address === null ? '' : `?account=${address}`);

export const paths = {
  positions: (address: string) => `/a/${address}`,
  position: (address: string, id: string) => `/a/${address}/p/${encodeURIComponent(id)}`,
  protect: (address: string, id: string) => `/a/${address}/p/${encodeURIComponent(id)}/protect`,
  venueAccount: (address: string, id: string) => `/a/${address}/v/${encodeURIComponent(id)}`,
  connect: (address: string, key?: string) => `/a/${address}/connect${key === undefined ? '' : `/${encodeURIComponent(key)}`}`,
  portfolio: (address: string | null) => `/portfolio${of(address)}`,
  editHedge: (address: string | null, underlying: string) => `/portfolio/hedge/${encodeURIComponent(underlying)}${of(address)}`,
  activity: (address: string | null, record?: string) => `/activity${record === undefined ? '' : `/${encodeURIComponent(record)}`}${of(address)}`,
  hedgeActivity: (address: string | null, record?: string) => `/activity/hedges${record === undefined ? '' : `/${encodeURIComponent(record)}`}${of(address)}`,
};

const listeners = new Set<() => void>();
const watch = (listener: () => void): (() => void) => {
  listeners.add(listener);
  addEventListener('popstate', listener);
  return () => {
    listeners.delete(listener);
    removeEventListener('popstate', listener);
  };
};

/** Goes to a page without loading the document again. */
export function go(to: string, options: { replace?: boolean; keepScroll?: boolean } = {}): void {
  if (options.replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  if (!options.keepScroll) scrollTo(0, 0);
  for (const listener of listeners) listener();
}

export function useRoute(): Route {
  const location = useSyncExternalStore(watch, () => `${window.location.pathname}\n${window.location.search}`, () => '/\n');
  const [path = '/', query = ''] = location.split('\n');
  return routeOf(path, query);
}

export function Link({ to, children, onClick, keepScroll, ...rest }: AnchorHTMLAttributes<HTMLAnchorElement> & { to: string; keepScroll?: boolean; children: ReactNode }) {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(to, { keepScroll });
  };
  return (
    <a href={to} onClick={follow} {...rest}>
      {children}
    </a>
  );
}
