import { useEffect, useState } from 'react';
import { ApiProblem } from '../api/client.js';
import { routes } from '../api/routes.js';
import { Icon } from '../components/icons.js';
import { Dialog } from '../components/parts.js';
import type { DemoState } from '../demo/types.js';
import { Link, paths } from '../router.js';
import { cache, live, useAnswer, useConfig, useSession } from '../store/store.js';
import { checksummed, shortAddress } from '../wallet/checksum.js';
import { demoWallet, discoverWallets, refusalInWords, type Wallet } from '../wallet/provider.js';
import { signIn, signOut } from '../wallet/sign-in.js';
import { chooseTheme, useTheme } from './theme.js';

/** Opens the sign-in dialog from anywhere on the page. */
export const askToSignIn = (): void => void dispatchEvent(new Event('ballast:sign-in'));

/** What only the owner of an address may read, or reads more in than others. */
const isPrivate = (path: string): boolean => /\/(subscriptions|deliveries|derivatives|hedge-decisions|venue-stops|activity)/.test(path);

/** A colour of its own for each address, for recognising it; it says nothing of a state. */
const dotOf = (address: string): { background: string } => {
  const hue = Number.parseInt(address.slice(2, 6), 16) % 360;
  return { background: `linear-gradient(135deg, hsl(${hue} 55% 62%), hsl(${(hue + 50) % 360} 55% 44%))` };
};

export function Account() {
  const { value: session } = useSession();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const show = (): void => setOpen(true);
    addEventListener('ballast:sign-in', show);
    return () => removeEventListener('ballast:sign-in', show);
  }, []);
  const address = session?.address ?? null;
  return (
    <>
      <button type="button" className="account-button" aria-label={address === null ? 'Sign in' : `Account ${shortAddress(address)}`} onClick={() => setOpen(true)}>
        {address === null ? <Icon name="person" /> : <span className="account-dot" style={dotOf(address)} />}
        <span className="account-name">{address === null ? 'Sign in' : shortAddress(address)}</span>
      </button>
      <Dialog open={open} title={address === null ? 'Sign in with your wallet' : 'Signed in'} onClose={() => setOpen(false)}>
        {address === null ? <WalletChoice done={() => setOpen(false)} /> : <SignedIn address={address} done={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}

function SignedIn({ address, done }: { address: string; done: () => void }) {
  const [problem, setProblem] = useState<string | null>(null);
  const leave = async (): Promise<void> => {
    try {
      await signOut();
      cache.invalidate((path) => path === routes.session || isPrivate(path));
      live.reopen();
      done();
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error.message : String(error));
    }
  };
  return (
    <>
      <p><span className="mono">{checksummed(address)}</span></p>
      <div className="row">
        <Link to={paths.positions(address)} className="button" onClick={done}>Your positions</Link>
        <button type="button" className="button" onClick={() => void leave()}>Sign out</button>
      </div>
      {problem !== null && <p className="problem-text" role="alert">{problem}</p>}
    </>
  );
}

function WalletChoice({ done }: { done: () => void }) {
  const { value: config } = useConfig();
  const { value: demo } = useAnswer<DemoState>(config?.demo ? routes.demoState : null);
  const [injected, setInjected] = useState<readonly Wallet[]>([]);
  const [busy, setBusy] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => discoverWallets(setInjected), []);
  const builtIn = demo ? [demoWallet(demo.accounts.protected.address, demo.accounts.protected.label), demoWallet(demo.accounts.twin.address, demo.accounts.twin.label)] : [];

  const choose = async (wallet: Wallet): Promise<void> => {
    setBusy(wallet.id);
    setProblem(null);
    try {
      cache.put(routes.session, await signIn(wallet));
      cache.invalidate(isPrivate);
      live.reopen();
      done();
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error.message : refusalInWords(error));
    } finally {
      setBusy(null);
    }
  };
  const list = [...builtIn, ...injected];
  return (
    <>
      <p className="text2">One signature, no transaction. Looking at positions needs no sign-in; protecting them does.</p>
      {list.length === 0 && <p>No wallet was found in this browser. Install one that announces itself (EIP-6963), then open this again.</p>}
      <div className="stack tight">
        {list.map((wallet) => (
          <button key={wallet.id} type="button" className="choice" disabled={busy !== null} onClick={() => void choose(wallet)}>
            {wallet.icon === null ? <span className="account-dot" style={dotOf(wallet.account ?? '0x1234')} /> : <img src={wallet.icon} alt="" />}
            <span>
              <b className="strong">{wallet.name}</b>
              <small>{busy === wallet.id ? 'Waiting for your signature' : wallet.account === null ? 'Wallet in this browser' : `Built-in account ${shortAddress(wallet.account)}, local chain only`}</small>
            </span>
          </button>
        ))}
      </div>
      {problem !== null && <p className="problem-text" role="alert">{problem}</p>}
    </>
  );
}

export function ThemeSwitch() {
  const { shown } = useTheme();
  return (
    <button type="button" className="icon-button" aria-label={shown === 'dark' ? 'Switch to light colours' : 'Switch to dark colours'} onClick={() => chooseTheme(shown === 'dark' ? 'light' : 'dark')}>
      <Icon name="theme" size={17} />
    </button>
  );
}
