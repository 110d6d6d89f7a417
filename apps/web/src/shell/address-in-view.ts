import { useEffect } from 'react';

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
