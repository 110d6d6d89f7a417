import { useEffect } from 'react';
import { useSession } from '../store/store.js';

const KEY = 'ballast.address';

/** The address looked at last, so that Positions and Activity lead back to it. */
export function addressInView(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function useRememberAddress(address: string | null): void {
  useEffect(() => {
    if (address === null) return;
    try {
      sessionStorage.setItem(KEY, address);
    } catch {
      // Without storage the address stays in the URL alone.
    }
  }, [address]);
}

/** The address that a page without one in its path is about: the one told in it, the one looked at last, or the one signed in with. */
export function useAddress(routed: string | null): string | null {
  const { value: session } = useSession();
  useRememberAddress(routed);
  return routed ?? addressInView() ?? session?.address?.toLowerCase() ?? null;
}
