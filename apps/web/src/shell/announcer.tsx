import { useEffect, useRef, useState } from 'react';
import type { Position } from '../api/types.js';
import { announcementOf } from '../words/announcement.js';

const QUIET_MS = 20_000;

/** Numbers are never read out as they tick: one polite sentence when a state changed, at most one in twenty seconds. */
export function Announcer({ positions }: { positions: readonly Position[] }) {
  const [sentence, setSentence] = useState('');
  const before = useRef(positions);
  const spokenAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (Date.now() - spokenAt.current < QUIET_MS) return;
    const next = announcementOf(before.current, positions);
    before.current = positions;
    if (next === null) return;
    spokenAt.current = Date.now();
    setSentence(next);
  }, [positions]);
  return <p className="sr" role="status" aria-live="polite">{sentence}</p>;
}
