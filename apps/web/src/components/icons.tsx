import type { Shape } from '../words/states.js';

/** Ballast's mark: a hull's section, half full. */
export function Logo({ size = 26 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 26 26" aria-hidden="true">
      <clipPath id="hull"><circle cx="13" cy="13" r="11.2" /></clipPath>
      <path clipPath="url(#hull)" fill="var(--accent)" d="M0 14.4c3.2-2.2 6.6-2.2 9.8-.4 3.3 1.8 6.9 1.9 10.2.1 2-1.1 4-1.4 6-.9V26H0Z" />
      <circle cx="13" cy="13" r="11.9" fill="none" stroke="var(--text)" strokeWidth="1.6" />
    </svg>
  );
}

const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.6, strokeLinecap: 'round', strokeLinejoin: 'round' } as const;

/** The shape of a state; never the only sign of it. */
export function ShapeIcon({ shape, size = 14 }: { shape: Shape; size?: number }) {
  const frame = { width: size, height: size, viewBox: '0 0 16 16', 'aria-hidden': true } as const;
  switch (shape) {
    case 'circle':
      return <svg {...frame}><g {...stroke}><circle cx="8" cy="8" r="6.6" /><path d="m5.3 8.2 1.9 1.9 3.5-4" /></g></svg>;
    case 'diamond':
      return <svg {...frame}><g {...stroke}><path d="M8 1.3 14.7 8 8 14.7 1.3 8Z" /><path d="M8 5.2v3.3M8 10.7v.05" /></g></svg>;
    case 'triangle':
      return <svg {...frame}><path fill="currentColor" d="M8 1.4c.4 0 .8.2 1 .6l6 10.7c.5.800-.1 1.8-1 1.8H2c-.9 0-1.5-1-1-1.8L7 2c.2-.4.600-.6 1-.6Z" /><path d="M8 5.8v3.5M8 11.7v.05" stroke="var(--surface)" strokeWidth="1.7" strokeLinecap="round" /></svg>;
    case 'octagon':
      return <svg {...frame}><path fill="currentColor" d="M5 1h6l4 4v6l-4 4H5l-4-4V5Z" /><path d="m5.8 5.8 4.4 4.4m0-4.4-4.4 4.4" stroke="var(--surface)" strokeWidth="1.8" strokeLinecap="round" /></svg>;
    case 'arc':
      return <svg {...frame}><g {...stroke}><path d="M12.6 4.3A6 6 0 1 0 14 8.6" /><path d="M13.2 1.6v3.2H10" /></g><circle cx="8" cy="8" r="1.5" fill="currentColor" /></svg>;
    case 'shield':
      return <svg {...frame}><g {...stroke}><path d="M8 1.3 13.5 3v4.6c0 3.3-2.2 5.7-5.5 7-3.3-1.3-5.5-3.7-5.5-7V3Z" /><path d="m5.6 7.9 1.7 1.7 3.2-3.5" /></g></svg>;
    case 'dashed':
      return <svg {...frame}><circle cx="8" cy="8" r="6.5" {...stroke} strokeDasharray="2.6 2.5" /><path d="m3.8 12.2 8.4-8.4" {...stroke} /></svg>;
    case 'info':
      return <svg {...frame}><g {...stroke}><circle cx="8" cy="8" r="6.6" /><path d="M8 7.5v3.6M8 4.9v.05" /></g></svg>;
    case 'paper':
      return <svg {...frame}><g {...stroke}><path d="M3.5 1.5h6l3 3v10h-9Z" /><path d="M9.500 1.500v3h3M6 8h4M6 11h4" /></g></svg>;
    case 'hold':
      return <svg {...frame}><path {...stroke} d="M2 3.5h12M2 8h8M2 12.5h5" /></svg>;
  }
}

export type IconName = 'positions' | 'portfolio' | 'activity' | 'status' | 'play' | 'search' | 'copy' | 'check' | 'theme' | 'cross' | 'person';

export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  const frame = { width: size, height: size, viewBox: '0 0 16 16', 'aria-hidden': true } as const;
  const draw: Record<IconName, string> = {
    positions: 'M2 3.5h12M2 8h8.5M2 12.5h5',
    portfolio: 'M8 1.500a6.500 6.500 0 1 0 6.500 6.500M8 1.500v6.500l4.600 4.600M8 1.500a6.500 6.500 0 0 1 6.500 6.500h-6.500',
    activity: 'M2.5 1.5v13M2.5 4h10.5M2.5 8h6.5M2.5 12h8.5',
    status: 'M1 8.5h3l2-6 3.5 11L12 8.5h3',
    play: '',
    search: 'M11 11l3.5 3.5M12.4 7A5.4 5.4 0 1 1 1.6 7a5.4 5.4 0 0 1 10.8 0Z',
    copy: 'M5.5 5.5v-4h9v9h-4M1.5 5.5h9v9h-9Z',
    check: 'm3 8.5 3.5 3.5L13 4.5',
    theme: 'M8 1.5v13a6.5 6.5 0 0 0 0-13Zm0 0a6.5 6.5 0 0 0 0 13',
    cross: 'm4 4 8 8m0-8-8 8',
    person: 'M8 8.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4Zm-6 6c.7-2.7 3-4 6-4s5.3 1.3 6 4',
  };
  if (name === 'play') return <svg {...frame}><path fill="currentColor" d="M4 2.5v11l9-5.5Z" /></svg>;
  return <svg {...frame}><path {...stroke} d={draw[name]} /></svg>;
}
