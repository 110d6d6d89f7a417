import { banner, button, el, fill, mono, pairs } from './dom.js';
import type { PreparedCall } from './send.js';

/**
 * Shows a call in words, with its bytes, and how a trial run on the node goes. Resolves to true when the reader wants it sent. A trial
 * run that fails does not forbid sending: a node's mistake must not keep anybody from revoking.
 */
export function confirmCall(prepared: PreparedCall, runTrial: () => Promise<string | null>): Promise<boolean> {
  return new Promise((resolve) => {
    const verdict = el('div', { role: 'status' }, el('p', { class: 'text2' }, 'Trying it out on the node, without sending.'));
    let answer = false;
    const close = (wanted: boolean): void => {
      answer = wanted;
      dialog.close();
    };
    const confirm = button('confirm-send', 'Send with wallet', () => close(true), 'primary');
    const dialog = el('dialog', { 'aria-label': prepared.title, close: () => (dialog.remove(), resolve(answer)) },
      el('div', { class: 'stack' },
        el('h2', {}, prepared.title),
        el('p', {}, prepared.effect),
        pairs([
          ['Called', mono(prepared.to), prepared.toName],
          ['Function', mono(prepared.signature)],
          ...prepared.fields.map(([name, value]) => [name, mono(value)] as const),
          ['Coins sent along', 'none'],
        ]),
        el('details', {}, el('summary', { class: 'text2' }, 'The bytes, to compare with your wallet'), el('code', { class: 'secret' }, prepared.data)),
        verdict,
        el('div', { class: 'row' }, button('confirm-cancel', 'Cancel', () => close(false)), confirm),
      ));
    document.body.append(dialog);
    dialog.showModal();
    void runTrial().then((problem) => {
      if (problem === null) return fill(verdict, el('p', { class: 'text2' }, 'A trial run on the node goes through.'));
      fill(verdict, banner('watch', 'A trial run on the node fails', `${problem} You can send it all the same; a failed transaction costs its network fee.`));
    });
  });
}

/** Shows a signature as text to hand on. */
export function showSigned(title: string, explanation: string, text: string): void {
  const dialog = el('dialog', { 'aria-label': title, close: () => dialog.remove() },
    el('div', { class: 'stack' },
      el('h2', {}, title), el('p', {}, explanation), el('code', { class: 'secret', id: 'signed-revocation' }, text),
      el('div', { class: 'row' }, button('signed-copy', 'Copy', () => void navigator.clipboard?.writeText(text)), button('signed-close', 'Close', () => dialog.close(), 'primary')),
    ));
  document.body.append(dialog);
  dialog.showModal();
}
