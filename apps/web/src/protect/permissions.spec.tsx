import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { A_WETH, GUARD, aDraft, anApproval } from '../testing/drafts.js';
import { USDC } from '../testing/positions.js';
import { checksummed, shortAddress } from '../wallet/checksum.js';
import { amountOf, bpsOf } from '../words/entered.js';
import { PermissionStep, workInWords, type Approval, type Progress } from './permissions.js';
import { StolenKeyCard } from './worst-case.js';

const nothing = (): void => undefined;
const step = (approval: Approval, checked: boolean, progress: Progress = { kind: 'open' }): string =>
  renderToStaticMarkup(<PermissionStep approval={approval} progress={progress} number={1} busy={false} checked={checked} onSign={nothing} onSend={nothing} />);

describe('a permission', () => {
  it('shows no spender and offers no button before the contract was checked', () => {
    const shown = step(anApproval(A_WETH, '1', '36', 'fill'), false);
    expect(shown).not.toContain(checksummed(GUARD));
    expect(shown).not.toContain(shortAddress(GUARD));
    expect(shown).toContain('disabled=""');
  });

  it('names the guard, the finite amount and the way once it was', () => {
    const permit = step(anApproval(A_WETH, '1', '36', 'fill'), true);
    for (const part of [checksummed(GUARD), 'Permission to move aWETH', '36\u00a0aWETH', 'Not unlimited', 'Sign aWETH', 'Send a transaction instead']) expect(permit).toContain(part);
    expect(step(anApproval(USDC, '1', '9', 'repay', false), true)).toContain('Approve USDC');
    expect(step(anApproval(USDC, '1', '9', 'repay'), true, { kind: 'signed' })).toContain('Signed');
  });
});

describe('the work that is left, in words', () => {
  it('counts signatures and transactions', () => {
    expect(workInWords([])).toBe('One signature, no transaction to pay');
    expect(workInWords(aDraft().approvals)).toBe('Three signatures, no transaction to pay');
    expect(workInWords([anApproval(USDC, '1', '1', 'repay', false)])).toBe('One signature, one transaction');
  });
});

describe('what a stolen key could cost', () => {
  it('stands in dollars beside the sentence', () => {
    const shown = renderToStaticMarkup(<StolenKeyCard draft={aDraft()} />).replace(/<[^>]*>/g, ' ');
    for (const part of ['$154', '$363', '$342', '$806', 'without repaying your debt']) expect(shown).toContain(part);
    expect(renderToStaticMarkup(<StolenKeyCard draft={aDraft({ stolenKey: null })} />)).not.toContain('$');
  });
});

describe('typed limits', () => {
  it('become hundredths of a percent and plain amounts, or nothing', () => {
    expect(['1', '1.25', '0,5', '5', '', 'abc', '1.234', '-1'].map(bpsOf)).toEqual([100, 125, 50, 500, null, null, null, null]);
    expect(['16,000', '16 000.5', '', '-4', '1e6'].map(amountOf)).toEqual(['16000', '16000.5', null, null, null]);
  });
});
