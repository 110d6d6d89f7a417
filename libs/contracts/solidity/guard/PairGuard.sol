// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {GuardActions} from "./GuardActions.sol";
import {MANDATE_TYPE_HASH, Mandate} from "./Mandate.sol";
import {Terms} from "./Terms.sol";

/// @notice The functions of a guard whose mandates name a pair of assets.
abstract contract PairGuard is GuardActions {
    event Activated(bytes32 indexed mandateHash, address indexed owner, address collateral, address debt);
    event Revoked(address indexed owner, address collateral, address debt);

    /* ACTIVATING AND REVOKING */

    /// @notice Makes `m` the live mandate of its pair. Anyone may bring it: the owner's signature is what counts.
    /// @param signature 65 bytes (r, s, v), low s, by the owner's key over `hashMandate(m)`
    function activate(Mandate calldata m, bytes calldata signature) external {
        Terms memory t = _terms(m);
        _activate(t, signature);
        emit Activated(t.mandateHash, m.owner, m.collateral, m.debt);
    }

    /// @notice The same, called by the owner: for contract wallets, and for accounts that batch it with an approval.
    function set(Mandate calldata m) external {
        Terms memory t = _terms(m);
        _set(t);
        emit Activated(t.mandateHash, m.owner, m.collateral, m.debt);
    }

    /// @notice Ends the caller's mandate for one pair and kills every mandate signed but not yet activated for it.
    function revoke(address collateral, address debt) external {
        _revoke(_pairOf(collateral, debt));
        emit Revoked(msg.sender, collateral, debt);
    }

    /* ACTIONS */

    /// @notice Repays the owner's debt from the owner's wallet: the smallest of `max`, the wallet's balance, its approval
    /// and the debt.
    /// @param min the least worth doing, in units of the debt asset
    /// @param max what reaches the executor's target, and never the balance it saw: where the wallet holds less, all of it
    /// moves and the action may end below the band, also when a stranger adds to the wallet in the same block
    /// @param deadline last second, in block time, at which this very call may still act
    function repay(Mandate calldata m, uint256 min, uint256 max, uint256 deadline) external {
        _repay(_terms(m), min, max, deadline);
    }

    /// @notice Adds collateral from the owner's wallet: the smallest of `max`, the wallet's balance and its approval. Only where
    /// it counts for the health at once.
    /// @param min the least worth doing, in units of the collateral asset
    /// @param max what reaches the executor's target, and never the balance it saw; see `repay`
    /// @param deadline last second, in block time, at which this very call may still act
    function topUp(Mandate calldata m, uint256 min, uint256 max, uint256 deadline) external {
        _topUp(_terms(m), min, max, deadline);
    }

    /* VIEWS */

    /// @notice See `Preview`. It does not ask who calls: a keeper removed from the list still reads the same answer.
    function preview(Mandate calldata m) external view returns (Preview memory p) {
        Terms memory t = _terms(m);
        p = _preview(t);
        p.reason = _reason(t, p);
    }

    /// @notice The EIP-712 hash that the owner signs and that names the mandate in events.
    /// @dev Every field is one word, so the ABI encoding of the struct is the one that EIP-712 asks for.
    function hashMandate(Mandate calldata m) public view returns (bytes32) {
        return _typedDataHash(keccak256(abi.encode(MANDATE_TYPE_HASH, m)));
    }

    /// @notice What the next mandate's `prev` must be.
    function prevOf(address owner, address collateral, address debt) external view returns (bytes32) {
        return _prevOf(owner, _pairOf(collateral, debt));
    }

    /// @notice The stored state of one pair; see `Position`.
    function position(address owner, address collateral, address debt)
        external
        view
        returns (bytes32 head, bytes32 activeHash, bytes32 epoch, uint64 seq, uint40 bucketAt, uint128 used)
    {
        Position storage p = _positionOf(owner, _pairOf(collateral, debt));
        return (p.head, p.activeHash, p.epoch, p.seq, p.bucketAt, p.used);
    }

    /* INTERNAL */

    function _terms(Mandate calldata m) internal view returns (Terms memory t) {
        t.mandateHash = hashMandate(m);
        t.pair = _pairOf(m.collateral, m.debt);
        t.owner = m.owner;
        t.collateral = m.collateral;
        t.debt = m.debt;
        t.actions = m.actions;
        t.triggerHf = m.triggerHf;
        t.minHf = m.minHf;
        t.maxHf = m.maxHf;
        t.maxCostBps = m.maxCostBps;
        t.fillPerDay = m.fillPerDay;
        t.keepers = m.keepers;
        t.expiry = m.expiry;
        t.prev = m.prev;
    }

    function _pairOf(address collateral, address debt) private pure returns (bytes32) {
        return keccak256(abi.encode(collateral, debt));
    }
}
