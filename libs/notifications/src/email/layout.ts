import type { Fact, HealthLine, MailContent, Tone } from '../templates/content.js';

/** Markup that is already safe. */
class Markup {
  constructor(readonly text: string) {}
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);

/** A template whose every value is escaped, unless it is markup made by this same function. */
function html(parts: TemplateStringsArray, ...values: readonly (string | number | Markup | readonly Markup[])[]): Markup {
  const shown = values.map((value) => (value instanceof Markup ? value.text : Array.isArray(value) ? value.map((item: Markup) => item.text).join('') : escapeHtml(String(value))));
  return new Markup(parts.reduce((whole, part, index) => whole + part + (shown[index] ?? ''), ''));
}

/** Light and dark of the dashboard's tokens. */
const COLOURS: Readonly<Record<Tone, readonly [light: string, dark: string]>> = {
  act: ['#8A2A8F', '#F3A8E0'], danger: ['#AA1832', '#FF7C69'], watch: ['#8A5500', '#FFD076'],
  safe: ['#007A5E', '#57D3B9'], blind: ['#3F4A54', '#8C97A2'], accent: ['#1A59C2', '#82B4FF'],
};
/** State is told by shape and word too, never by colour alone. */
const SHAPES: Readonly<Record<Tone, string>> = { act: '✓', danger: '×', watch: '◆', safe: '●', blind: '○', accent: '?' };

const FONT = "font-family:Inter,system-ui,-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif;";
const MONO = "font-family:'JetBrains Mono',ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:13px;";

const style = (tone: Tone): Markup =>
  new Markup(`<style>
:root{color-scheme:light dark;supported-color-schemes:light dark}
@media (prefers-color-scheme:dark){
.bg{background:#0A0E13!important}.surface{background:#10161D!important;border-color:#24303C!important}.raised{background:#18212B!important}
.text{color:#EDF2F7!important}.text2{color:#AEBBC8!important}.rule{border-color:#24303C!important}
.tone{color:${COLOURS[tone][1]}!important;border-color:${COLOURS[tone][1]}!important}.tonebar{background:${COLOURS[tone][1]}!important}
.danger{color:${COLOURS.danger[1]}!important;border-color:${COLOURS.danger[1]}!important}
.primary{background:#82B4FF!important;color:#06121F!important;border-color:#82B4FF!important}.second{color:#EDF2F7!important;border-color:#66788A!important}.axis{border-color:#66788A!important}
.link{color:#82B4FF!important}
}
@media (max-width:640px){.pad{padding-left:16px!important;padding-right:16px!important}.button{display:block!important;margin:0 0 10px 0!important;text-align:center!important}}
</style>`);

/** Where a health factor lies on the line, in percent from the left; liquidation (1.00) at 4, 1.60 and more at the right end. */
function place(health: string): number {
  const value = Number(health);
  const share = Number.isFinite(value) ? (value - 1) / 0.6 : 0;
  return Math.round(4 + 92 * Math.min(1, Math.max(0, share)));
}

/** The line is drawn with table cells: every mail reader shows them, and a picture would have to be fetched. */
function line({ from, to }: HealthLine, tone: Tone): Markup {
  const [colour] = COLOURS[tone];
  const start = Math.min(place(from.health), 92);
  const end = to === null ? start : Math.min(96, Math.max(place(to.health), start + 6));
  const said = to === null ? `${from.label}. Liquidation at health 1.00.` : `Health went from ${from.label} to ${to.label.replace(/^Health /, '')}. Liquidation at health 1.00.`;
  const stroke = (width: number, css: string, border: string): Markup =>
    html`<td width="${width}%" valign="middle" style="width:${width}%"><div class="${css}" style="border-top:3px ${border};font-size:0;line-height:0">&nbsp;</div></td>`;
  const mark = (shape: string, css: string, ink: string): Markup => html`<td class="${css}" width="4%" align="center" style="${FONT}width:4%;font-size:15px;line-height:16px;color:${ink}">${shape}</td>`;
  const path = [
    html`<td class="danger" width="4%" style="width:4%;height:22px;border-right:2px solid ${COLOURS.danger[0]}">&nbsp;</td>`,
    ...(start > 6 ? [stroke(start - 6, to === null ? 'tone' : 'axis', to === null ? `solid ${colour}` : 'solid #76848F')] : []),
    ...(to === null
      ? [mark('▲', 'tone', colour), stroke(98 - start, 'rule', 'solid #DCE3EA')]
      : [mark('○', 'text', '#0D1620'), stroke(end - start - 4, 'tone', `solid ${colour}`), mark('●', 'tone', colour), stroke(98 - end, 'rule', 'solid #DCE3EA')]),
  ];
  const label = (width: number, align: string, text: string): Markup => html`<td class="text" width="${width}%" align="${align}" style="${FONT}width:${width}%;font-size:13px;line-height:18px;font-weight:600;color:#0D1620;white-space:nowrap">${text}</td>`;
  const indent = Math.max(0, start - 4);
  const apart = to !== null && end - start >= 34;
  const labels = apart
    ? [label(indent, 'left', ''), label(Math.floor((end + 4 - indent) / 2), 'left', from.label), label(Math.ceil((end + 4 - indent) / 2), 'right', to.label), label(96 - end, 'left', '')]
    : [label(Math.min(indent, 40), 'left', ''), label(100 - Math.min(indent, 40), 'left', to === null ? from.label : `${from.label} → ${to.label}`)];
  return html`<table role="img" aria-label="${said}" class="raised" width="100%" cellpadding="0" cellspacing="0" style="background:#EEF2F5;border-radius:10px;margin:0 0 12px 0"><tr><td style="padding:14px 16px 10px 16px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed"><tr>${labels}</tr></table>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed"><tr>${path}</tr></table>
<div class="danger" style="${FONT}font-size:12px;line-height:18px;padding-top:4px;color:${COLOURS.danger[0]}">Liquidation 1.00</div></td></tr></table>`;
}

function factRow(fact: Fact): Markup {
  const then = fact.then === undefined ? html`` : html`<strong>${fact.then}</strong>`;
  const value = fact.mono ? html`<span style="${MONO}">${fact.value}</span>` : html`${fact.value}`;
  return html`<tr><td class="text2 rule" style="${FONT}font-size:14px;line-height:20px;color:#43525F;padding:8px 12px 8px 0;border-bottom:1px solid #DCE3EA">${fact.label}</td><td class="text rule" align="right" style="${FONT}font-size:14px;line-height:20px;color:#0D1620;padding:8px 0;border-bottom:1px solid #DCE3EA;word-break:break-word">${value}${then}</td></tr>`;
}

const button = (label: string, url: string, first: boolean): Markup =>
  first
    ? html`<a class="button primary" href="${url}" style="${FONT}display:inline-block;margin:0 10px 10px 0;padding:9px 16px;border-radius:8px;border:1px solid #1A59C2;background:#1A59C2;color:#FFFFFF;font-size:14px;line-height:20px;font-weight:600;text-decoration:none">${label}</a>`
    : html`<a class="button second" href="${url}" style="${FONT}display:inline-block;margin:0 10px 10px 0;padding:9px 16px;border-radius:8px;border:1px solid #76848F;color:#0D1620;font-size:14px;line-height:20px;font-weight:600;text-decoration:none">${label}</a>`;

export interface Footer {
  readonly eventId: string;
  /** The subscriber's positions, or the status page for those who run the service. */
  readonly home: { readonly label: string; readonly url: string };
  /** null for a mail that goes to those who run the service. */
  readonly unsubscribeUrl: string | null;
}

export const NEVER_ASKS = 'Ballast never asks for a seed phrase or for a transaction by mail.';

/** The whole HTML document of a mail: one column of 620 px, tables, light colours inline and dark ones where the reader asks for them. */
export function drawHtml(content: MailContent, footer: Footer): string {
  const { tone } = content;
  const [colour] = COLOURS[tone];
  const steps = content.steps
    ? html`<div class="text" style="${FONT}font-size:14px;line-height:20px;font-weight:600;color:#0D1620;padding:18px 0 4px 0">${content.steps.title}</div><ol class="text2" style="${FONT}font-size:14px;line-height:22px;color:#43525F;margin:0;padding:0 0 0 22px">${content.steps.items.map((item) => html`<li>${item}</li>`)}</ol>`
    : html``;
  const note = content.note ? html`<div class="text2" style="${FONT}font-size:13px;line-height:19px;color:#43525F;padding-top:6px">${content.note}</div>` : html``;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>${content.subject}</title>${style(tone)}</head>
<body class="bg" style="margin:0;padding:0;background:#F4F6F8">
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${content.preheader}</div>
<table role="presentation" class="bg" width="100%" cellpadding="0" cellspacing="0" style="background:#F4F6F8"><tr><td align="center" style="padding:24px 8px">
<table role="presentation" width="620" cellpadding="0" cellspacing="0" style="width:100%;max-width:620px">
<tr><td class="surface" style="background:#FFFFFF;border:1px solid #DCE3EA;border-radius:12px">
<div class="tonebar" style="height:5px;line-height:5px;font-size:0;background:${colour};border-radius:12px 12px 0 0">&nbsp;</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td class="pad" style="padding:22px 34px 24px 34px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr>
<td class="text" style="${FONT}font-size:16px;line-height:24px;font-weight:600;color:#0D1620">Ballast</td>
<td align="right"><span class="tone" style="${FONT}display:inline-block;padding:3px 9px;border:1px solid ${colour};border-radius:6px;font-size:12.5px;line-height:18px;font-weight:600;color:${colour}">${SHAPES[tone]} ${content.chip}</span></td></tr></table>
<h1 class="text" style="${FONT}margin:16px 0 8px 0;font-size:26px;line-height:32px;font-weight:600;letter-spacing:-0.02em;color:#0D1620">${content.headline}</h1>
<p class="text2" style="${FONT}margin:0 0 18px 0;font-size:16px;line-height:23px;color:#43525F">${content.lead}</p>
${content.line ? line(content.line, tone) : html``}
<table width="100%" cellpadding="0" cellspacing="0" style="border-collapse:collapse">${content.facts.map(factRow)}</table>
${steps}
<div style="padding-top:20px">${content.buttons.map(({ label, url }, index) => button(label, url, index === 0))}</div>
${note}
</td></tr></table></td></tr>
<tr><td class="text2 pad" style="${FONT}padding:14px 4px;font-size:12px;line-height:19px;color:#43525F">${NEVER_ASKS} Event id <span style="${MONO}font-size:12px">${footer.eventId}</span><br>
<a class="link" href="${footer.home.url}" style="color:#1A59C2">${footer.home.label}</a>${footer.unsubscribeUrl === null ? html`` : html` · <a class="link" href="${footer.unsubscribeUrl}" style="color:#1A59C2">Unsubscribe this address</a>`}</td></tr>
</table></td></tr></table></body></html>
`.text;
}

/** The same mail as text, in the same order. */
export function drawText(content: MailContent, footer: Footer): string {
  const said = content.line?.to ? [`Health ${content.line.from.label} -> ${content.line.to.label.replace(/^Health /, '')}; liquidation at 1.00`, ''] : content.line ? [`${content.line.from.label}; liquidation at 1.00`, ''] : [];
  return [
    `[${content.chip}] ${content.headline}`, '', content.lead, '', ...said,
    ...content.facts.map(({ label, value, then }) => `${label}: ${value}${then ?? ''}`),
    ...(content.steps ? ['', content.steps.title, ...content.steps.items.map((item, index) => `${index + 1}. ${item}`)] : []),
    '', ...content.buttons.flatMap(({ label, url }) => [`${label}: ${url}`]),
    ...(content.note ? ['', content.note] : []),
    '', '--', `${NEVER_ASKS}`, `Event id ${footer.eventId}`, `${footer.home.label}: ${footer.home.url}`, ...(footer.unsubscribeUrl === null ? [] : [`Unsubscribe this address: ${footer.unsubscribeUrl}`]), '',
  ].join('\n');
}
