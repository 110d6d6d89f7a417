import { keepersAbi } from '@ballast/contracts';
import { Interface, type JsonFragment } from 'ethers';

/** The contract that lists who may act on mandates, and which feeds price a pair. */
export const keepers = new Interface(keepersAbi as readonly JsonFragment[]);
