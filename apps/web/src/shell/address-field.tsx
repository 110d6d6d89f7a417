import { useEffect, useId, useRef, useState, type FormEvent } from 'react';
import { Icon } from '../components/icons.js';
import { go, isAddress, paths } from '../router.js';

/** Takes an address and opens its positions. Pasting a whole address is enough. `/` brings the focus here. */
export function AddressField({ autoFocus = false, shortcut = false }: { autoFocus?: boolean; shortcut?: boolean }) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const problemId = useId();

  useEffect(() => {
    if (autoFocus && matchMedia('(min-width: 761px)').matches) input.current?.focus();
  }, [autoFocus]);
  useEffect(() => {
    if (!shortcut) return;
    const focus = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || (event.target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName))) return;
      event.preventDefault();
      input.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, [shortcut]);

  const open = (value: string): void => {
    const address = value.trim();
    if (!isAddress(address)) {
      setProblem(address === '' ? 'Paste an address first.' : 'An address is 0x followed by 40 digits or letters a to f.');
      return;
    }
    setText('');
    setProblem(null);
    go(paths.positions(address.toLowerCase()));
  };
  return (
    <form className="address-field" role="search" noValidate onSubmit={(event: FormEvent) => { event.preventDefault(); open(text); }}>
      <Icon name="search" size={15} />
      <input
        ref={input}
        type="text"
        inputMode="text"
        autoComplete="off"
        spellCheck={false}
        placeholder="Paste an address"
        aria-label="Address to look at"
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setProblem(null);
        }}
        onPaste={(event) => {
          const pasted = event.clipboardData.getData('text').trim();
          if (!isAddress(pasted)) return;
          event.preventDefault();
          open(pasted);
        }}
      />
      {problem !== null && <p className="problem" id={problemId} role="alert">{problem}</p>}
    </form>
  );
}
