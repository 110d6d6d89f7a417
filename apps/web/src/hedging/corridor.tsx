import { placeInCorridor, reachOf, type Ends } from '../words/corridor.js';

const at = (share: number): { left: string } => ({ left: `${(share * 100).toFixed(2)}%` });

/** How far the price may go on either side before something is liquidated: the loans on a fall, the hedge on a rise. */
export function Corridor({ underlying, price, down, up }: { underlying: string; price: string; down: Ends | null; up: Ends | null }) {
  if (down === null && up === null) return null;
  const reach = reachOf({ down, up });
  const [left, right] = [down === null ? null : placeInCorridor(down.move, reach), up === null ? null : placeInCorridor(up.move, reach)];
  const spoken = [
    down === null ? 'No fall liquidates anything that is known' : `A fall of ${down.distance.slice(1)} liquidates first: ${down.name}`,
    up === null ? 'no rise liquidates anything that is known' : `a rise of ${up.distance.slice(1)}: ${up.name}`,
  ].join(', ');
  return (
    <figure className="corridor">
      <figcaption className="small text2">How far {underlying} may go</figcaption>
      <div className="corridor-line" role="img" aria-label={`${spoken}.`}>
        <span className="corridor-track" />
        {left !== null && <><span className="corridor-out" style={{ left: 0, width: `${(left * 100).toFixed(2)}%` }} /><span className="corridor-end" style={at(left)} /></>}
        {right !== null && <><span className="corridor-out" style={{ right: 0, width: `${((1 - right) * 100).toFixed(2)}%` }} /><span className="corridor-end" style={at(right)} /></>}
        <span className="corridor-free" style={{ left: `${((left ?? 0) * 100).toFixed(2)}%`, right: `${((1 - (right ?? 1)) * 100).toFixed(2)}%` }} />
        <span className="corridor-now" style={at(0.5)} />
      </div>
      <div className="corridor-words" aria-hidden="true">
        {down === null ? <span className="text3">no end known</span> : <span><b className="num">{down.distance}</b> {down.price}<small>{down.name}</small></span>}
        <span className="centre"><b className="num">{price}</b><small>now</small></span>
        {up === null ? <span className="end text3">no end known</span> : <span className="end"><b className="num">{up.distance}</b> {up.price}<small>{up.name}</small></span>}
      </div>
    </figure>
  );
}
