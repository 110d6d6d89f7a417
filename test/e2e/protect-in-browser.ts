import type { Page } from 'playwright-core';

interface Who {
  readonly publicUrl: string;
  /** The account of the demo that is protected here, and the name of its built-in wallet. */
  readonly address: string;
  readonly label: string;
}

/** Signs in with a built-in account of the demo; who was signed in before is signed out. */
export async function signIn(page: Page, { publicUrl, label }: Who): Promise<void> {
  await page.goto(publicUrl);
  const account = page.getByRole('button', { name: /^(Sign in|Account .*)$/ }).first();
  await account.click();
  const out = page.getByRole('button', { name: 'Sign out' });
  const choice = page.getByRole('button', { name: new RegExp(label) });
  await out.or(choice).first().waitFor();
  if (await out.isVisible()) {
    await out.click();
    await page.getByRole('button', { name: 'Sign in' }).first().click();
  }
  await choice.click();
  await page.getByRole('button', { name: /^Account / }).waitFor();
}

async function openProtect(page: Page, { publicUrl, address }: Who): Promise<void> {
  await page.goto(`${publicUrl}/a/${address}`);
  await page.getByRole('link', { name: /Aave v3/ }).first().click();
  await page.getByRole('link', { name: /Protect this loan|Sign a new mandate/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Read what you are about to sign' }).waitFor();
}

/** A draft in which somebody else is the spender must be shown as what it is, without a single button to sign. */
async function refusesAnotherSpender(page: Page, who: Who): Promise<void> {
  const thief = `0x${'ee'.repeat(20)}`;
  await page.route('**/v1/mandates/draft', async (route) => {
    const answer = await route.fetch();
    const draft = (await answer.json()) as { approvals: { spender: string }[] };
    await route.fulfill({ response: answer, json: { ...draft, approvals: draft.approvals.map((approval) => ({ ...approval, spender: thief })) } });
  });
  await openProtect(page, who);
  await page.getByText('This is not our contract. Do not sign.').waitFor();
  for (const button of await page.getByRole('button', { name: /^(Sign|Approve) / }).all()) if (await button.isEnabled()) throw new Error('a button to sign is open although the spender is not the guard');
  await page.unroute('**/v1/mandates/draft');
}

/** Every spender that the page shows is the guard of its configuration. */
async function spendersAreTheGuard(page: Page, publicUrl: string): Promise<number> {
  const { chains } = (await (await fetch(`${publicUrl}/v1/config`)).json()) as { chains: { guards: { address: string }[] }[] };
  await page.getByText('This is the contract we published').waitFor();
  const shown = await page.locator('.step .mono[title^="0x"]').evaluateAll((elements) => elements.map((element) => element.getAttribute('title') ?? ''));
  for (const spender of shown) if (spender.toLowerCase() !== chains[0]?.guards[0]?.address.toLowerCase()) throw new Error(`the page shows ${spender} as a spender`);
  if (shown.length === 0) throw new Error('the page shows no spender at all');
  return shown.length;
}

/** From sign-in to armed by signatures alone, then revoked again by the owner's own transaction. Returns how many spenders were shown. */
export async function protectInBrowser(page: Page, who: Who, look: (name: string) => Promise<void>): Promise<number> {
  await signIn(page, who);
  await refusesAnotherSpender(page, who);
  await openProtect(page, who);
  const spenders = await spendersAreTheGuard(page, who.publicUrl);
  await look('protect');
  for (let signed = 0; signed < spenders; signed += 1) {
    await page.getByRole('button', { name: /^Sign (?!mandate|in|out)/ }).first().click();
    await page.getByText('Signed', { exact: true }).nth(signed).waitFor();
  }
  await page.getByRole('checkbox', { name: /I have read the worst case/ }).check();
  await page.getByRole('button', { name: 'Sign mandate' }).click();
  await page.getByRole('heading', { level: 2, name: /^Armed/ }).waitFor({ timeout: 60_000 });
  await page.getByRole('link', { name: 'Back to the position' }).click();
  await page.getByRole('button', { name: 'Revoke' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
  await page.getByText('Revoked on the chain.').waitFor({ timeout: 60_000 });
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).first().click();
  await page.getByRole('link', { name: /Protect this loan|Sign a new mandate/ }).waitFor({ timeout: 60_000 });
  return spenders;
}
