import type { z } from 'zod';
import { reasonSentence } from '@ballast/policy';
import type { MeasuredLiveness } from '@ballast/storage';
import type { ChainId } from '@ballast/units';
import type * as contract from '../contract/schemas.js';

const NOT_SEEN = 'The loan was not read for a minute, so Ballast cannot act on it.';

/** A reason's sentence; its code where a newer worker gives one that is not known here. */
function sentenceOf(reason: string): string {
  if (reason === 'not-seen') return NOT_SEEN;
  try {
    return reasonSentence(reason as Parameters<typeof reasonSentence>[0]);
  } catch {
    return reason;
  }
}

/** The figures as they were measured. Ages are for the reader to work out: what the worker last said is a time. */
export function livenessView(chainId: ChainId, { measuredAt, figures }: MeasuredLiveness): z.infer<typeof contract.liveness> {
  const { checks, mandates, openIntents, actions, blindSpells } = figures;
  return {
    chainId, measuredAt: measuredAt.toISOString(), checks, openIntents, actions,
    mandates: { ...mandates, reasons: mandates.reasons.map(({ reason, count }) => ({ reason, sentence: sentenceOf(reason), count })) },
    blindSpells: { ...blindSpells, last: [...blindSpells.last] },
  };
}
