import { useSyncExternalStore } from 'react';

export type Theme = 'system' | 'dark' | 'light';
const KEY = 'ballast.theme';
const listeners = new Set<() => void>();

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'dark' || value === 'light' ? value : 'system';
  } catch {
    return 'system';
  }
}

let current: Theme = 'system';

function apply(theme: Theme): void {
  current = theme;
  const wanted = theme === 'system' ? (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark') : theme;
  document.documentElement.dataset['theme'] = wanted;
  for (const listener of listeners) listener();
}

/** Puts the chosen theme on the document and follows the system's while none is chosen. */
export function startTheme(): void {
  apply(stored());
  matchMedia('(prefers-color-scheme: light)').addEventListener('change', () => apply(current));
}

export function chooseTheme(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing still switches for this visit.
  }
  apply(theme);
}

const watch = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};
/** The theme on the document now, and what was chosen. Renders again when either changes. */
export const useTheme = (): { chosen: Theme; shown: 'dark' | 'light' } => {
  const text = useSyncExternalStore(watch, () => `${current} ${document.documentElement.dataset['theme'] ?? 'dark'}`, () => 'system dark');
  const [chosen, shown] = text.split(' ') as [Theme, 'dark' | 'light'];
  return { chosen, shown };
};
