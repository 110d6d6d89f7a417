import { Interface } from 'ethers';

const MANDATE = '(address owner, address collateral, address debt, uint8 actions, uint64 triggerHf, uint64 minHf, uint64 maxHf, uint16 maxCostBps, uint128 fillPerDay, address keepers, uint40 expiry, bytes32 prev)';

/** The guard's exchange at a price limit: the caller pays debt tokens and receives the collateral's receipt tokens. */
export const guardFillAbi = new Interface([`function fill(${MANDATE} m, uint256 min, uint256 max, uint256 out, uint256 deadline)`]);

/** The filler's entry: flash loan, exchange at the guard, sale on Uniswap, loan paid back, the rest repaid on the owner's debt. */
export const fillerAbi = new Interface([
  `function fill((${MANDATE} m, uint256 min, uint256 max, uint256 out, uint256 deadline, uint8 lender, address router, bytes path, uint256 keeps) order)`,
  'event Filled(bytes32 indexed mandateHash, address indexed keeper, uint256 swappedIn, uint256 swappedOut, uint256 premium, uint256 kept, uint256 surplus)',
]);
