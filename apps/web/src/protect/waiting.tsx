import { routes } from '../api/routes.js';
import type { Mandate, Position, Protection } from '../api/types.js';
import { HashText } from '../components/parts.js';
import { StateChip } from '../components/state-chip.js';
import { Link, paths } from '../router.js';
import { useAnswer } from '../store/store.js';
import { protectionMark } from '../words/states.js';

/** What follows the signature, until the chain has confirmed it and the first check has passed. */
export function Waiting({ hash, position, permits, viaSafe = false }: { hash: string; position: Position; permits: number; viaSafe?: boolean }) {
  const { value: mandate } = useAnswer<Mandate>(routes.mandate(hash), 2_000);
  const to = paths.position(position.account.toLowerCase(), position.id);
  const protection = position.protection.mandateHash?.toLowerCase() === hash.toLowerCase() ? position.protection : null;
  const { mark, title, text } = waitingWords(mandate, protection, viaSafe);
  return (
    <section className="card stack" role="status">
      <div className="row"><StateChip mark={protectionMark(mark)} /><h2>{title}</h2></div>
      <p>{text}</p>
      {permits > 0 && mark !== 'armed' && <p className="text2">Ballast also brings {permits === 1 ? 'the permission' : `the ${permits} permissions`} that you signed to the {permits === 1 ? 'token' : 'tokens'}.</p>}
      <p className="small text2">Mandate <HashText hash={hash} what="mandate" /></p>
      <div><Link to={to} className={`button${mark === 'armed' ? ' primary' : ''}`}>Back to the position</Link></div>
    </section>
  );
}

/** What to say after the signature. Nothing is called armed before the chain has confirmed it and the first check has passed. */
function waitingWords(mandate: Mandate | undefined, protection: Protection | null, viaSafe: boolean): { mark: Protection['state']; title: string; text: string } {
  const status = mandate?.status ?? 'signed';
  if (status === 'signed' && viaSafe) return { mark: 'pending', title: 'Waiting for the Safe’s transaction', text: 'It is not armed before the Safe’s owners have signed it and the chain has confirmed it.' };
  if (status === 'signed') return { mark: 'pending', title: 'Signed. Waiting until the chain has confirmed it', text: 'Ballast brings it to the contract and pays the fee. It is not armed before the transaction is confirmed.' };
  if (status !== 'active') return { mark: 'not-protected', title: 'The mandate is not in force', text: mandate?.statusReason ?? `It is ${status}.` };
  if (protection?.state === 'armed' || protection?.state === 'acting') return { mark: protection.state, title: protection.state === 'armed' ? 'Armed' : 'In force, and acting already', text: protection.sentence };
  if (protection?.state === 'not-protected') return { mark: 'not-protected', title: 'In force, but it could not run now', text: protection.sentence };
  return { mark: 'pending', title: 'In force. Waiting for the first check', text: 'The next block decides.' };
}
