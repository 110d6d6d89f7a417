import type { Links } from '../links.js';

/** Colour of the bar and the chip, by what the mail means. */
export type Tone = 'act' | 'danger' | 'watch' | 'safe' | 'blind' | 'accent';

export interface Fact {
  readonly label: string;
  readonly value: string;
  /** Shown strong after the value, as in `1.157 → 1.40`. */
  readonly then?: string;
  /** A hash or an id. */
  readonly mono?: boolean;
}

/** A position on the line of health factors. */
export interface HealthLine {
  readonly from: { readonly health: string; readonly label: string };
  readonly to: { readonly health: string; readonly label: string } | null;
}

/** A mail before it is drawn: HTML and text say the same in the same order. */
export interface MailContent {
  readonly subject: string;
  readonly preheader: string;
  readonly tone: Tone;
  readonly chip: string;
  readonly headline: string;
  readonly lead: string;
  readonly line?: HealthLine | null;
  readonly facts: readonly Fact[];
  readonly steps?: { readonly title: string; readonly items: readonly string[] } | null;
  readonly buttons: readonly { readonly label: string; readonly url: string }[];
  /** Small print before the footer. */
  readonly note?: string | null;
}

export interface TemplateContext {
  readonly links: Links;
  readonly account: string;
  readonly chainId: number;
  readonly positionId: string | null;
}

export const facts = (...list: readonly (Fact | null | undefined | false | '')[]): readonly Fact[] => list.filter((fact): fact is Fact => typeof fact === 'object' && fact !== null);
