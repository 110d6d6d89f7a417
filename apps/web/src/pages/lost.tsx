import { Link } from '../router.js';
import { PageHead } from '../shell/shell.js';

export function LostPage({ path }: { path: string }) {
  return (
    <>
      <PageHead name="Not found" headline="There is no such page" />
      <p className="text2"><code>{path}</code> is no page of Ballast. An address in it may be cut off: it is 0x and 40 digits or letters a to f.</p>
      <p><Link to="/">Paste an address</Link></p>
    </>
  );
}
