import type { VenueEnvironment } from '../api/types.js';
import { Segmented } from '../components/parts.js';
import { ShapeIcon } from '../components/icons.js';
import { PAPER } from '../words/hedging.js';

/** On everything that is paper; nothing on what is live. */
export function PaperBadge({ environment }: { environment: VenueEnvironment }) {
  if (environment === 'live') return null;
  return <span className="chip paper" title="A venue on this machine: no money moves"><ShapeIcon shape={PAPER.shape} />{PAPER.word}</span>;
}

/** Paper and live are never shown as one; where there are both, the reader chooses. */
export function EnvironmentSwitch({ value, both, onChange }: { value: VenueEnvironment; both: boolean; onChange: (value: VenueEnvironment) => void }) {
  if (!both) return <PaperBadge environment={value} />;
  return <Segmented name="environment" label="Paper or live" value={value} options={[['live', 'Live'], ['paper', 'Paper']]} onChange={onChange} />;
}
