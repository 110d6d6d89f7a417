// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IKeepers} from "../interfaces/IKeepers.sol";
import {Signature} from "../libraries/Signature.sol";
import {TransientLock} from "../libraries/TransientLock.sol";
import {Ceilings, Terms} from "./Terms.sol";

/// @notice Which mandate is alive, for every pair of every owner.
///
/// A mandate is signed off chain and does nothing until it is activated here. For each (owner, pair) there is a `head`, and
/// a mandate names in `prev` the head (and the owner's epoch) it was signed upon. Activating or revoking moves the head, so
/// every other signature for that pair is dead from then on, whatever order they arrive in.
///
/// There is no owner, admin, pause or upgrade. What an owner activated, only that owner ends.
abstract contract MandateRegistry is TransientLock {
    using Ceilings for Terms;

    event EpochChanged(address indexed owner, bytes32 epoch);

    error NotOwner(address caller, address owner);
    error WrongPrev(bytes32 given, bytes32 expected);
    error NotActive(bytes32 mandateHash, bytes32 activeHash);
    error EpochMoved(bytes32 activatedIn, bytes32 current);
    error ActionNotAllowed(uint8 action, uint256 allowed);
    error NotKeeper(address caller, address keepers);
    error DeadlinePassed(uint256 deadline, uint256 timestamp);

    struct Position {
        /// Last link of the chain of mandates; zero at first.
        bytes32 head;
        /// Hash of the live mandate, or zero.
        bytes32 activeHash;
        /// The owner's epoch when it was activated.
        bytes32 epoch;
        /// Number of actions so far. It numbers the events and decides nothing.
        uint64 seq;
        /// FILL's day budget: when it was last counted, and the share of `fillPerDay` used then, scaled by 1e18. It belongs
        /// to the pair and not to a mandate; see `DayBudget`.
        uint40 bucketAt;
        uint128 used;
    }

    bytes32 private constant DOMAIN_TYPE_HASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)");
    bytes32 private constant REVOKE_ALL_TYPE_HASH = keccak256("RevokeAll(address owner,bytes32 epoch)");
    bytes32 private immutable _nameHash;
    bytes32 private immutable _versionHash;

    /// @notice Changes when the owner revokes everything. Zero until the first time.
    mapping(address owner => bytes32 epoch) public epochOf;

    mapping(bytes32 key => Position) private _positions;

    constructor(string memory name, string memory version) {
        _nameHash = keccak256(bytes(name));
        _versionHash = keccak256(bytes(version));
    }

    /* REVOKING: final, never refused to the owner */

    /// @notice Ends every mandate of the caller, activated or only signed, for every pair.
    function revokeAll() external locked {
        _changeEpoch(msg.sender);
    }

    /// @notice The same for `owner`, brought by anyone.
    /// @param signature by the owner over `RevokeAll(owner, epochOf[owner])`; usable once, since the epoch then changes
    function revokeAllBySig(address owner, bytes calldata signature) external locked {
        bytes32 structHash = keccak256(abi.encode(REVOKE_ALL_TYPE_HASH, owner, epochOf[owner]));
        Signature.requireSigner(_typedDataHash(structHash), signature, owner);
        _changeEpoch(owner);
    }

    /// @dev Ends the caller's mandate for the pair and kills every mandate signed but not yet activated for it.
    function _revoke(bytes32 pair) internal locked {
        Position storage p = _positionOf(msg.sender, pair);
        p.activeHash = bytes32(0);
        p.head = _unforeseeable(p.head);
    }

    /* ACTIVATING */

    function _activate(Terms memory t, bytes calldata signature) internal locked {
        Signature.requireSigner(t.mandateHash, signature, t.owner);
        _makeLive(t);
    }

    function _set(Terms memory t) internal locked {
        if (msg.sender != t.owner) revert NotOwner(msg.sender, t.owner);
        _makeLive(t);
    }

    function _makeLive(Terms memory t) private {
        t.requireSound(_actionsOffered());
        _requireListed(t);
        bytes32 expected = _prevOf(t.owner, t.pair);
        if (t.prev != expected) revert WrongPrev(t.prev, expected);

        Position storage p = _positionOf(t.owner, t.pair);
        p.head = t.mandateHash;
        p.activeHash = t.mandateHash;
        p.epoch = epochOf[t.owner];
    }

    /* FOR THE GUARD */

    /// @dev The bits of the actions that this guard has.
    function _actionsOffered() internal pure virtual returns (uint8);

    /// @dev Reverts unless the venue knows what the mandate is for.
    function _requireListed(Terms memory t) internal view virtual;

    /// @dev Reverts unless the caller may do `action` under the mandate now. Returns the action's number.
    function _authorise(Terms memory t, uint8 action, uint256 deadline) internal returns (uint256 seq) {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline, block.timestamp);
        Position storage p = _positionOf(t.owner, t.pair);
        if (p.activeHash != t.mandateHash) revert NotActive(t.mandateHash, p.activeHash);
        if (p.epoch != epochOf[t.owner]) revert EpochMoved(p.epoch, epochOf[t.owner]);
        t.requireInTime();
        if (t.actions & action == 0) revert ActionNotAllowed(action, t.actions);
        if (!IKeepers(t.keepers).isKeeper(msg.sender)) revert NotKeeper(msg.sender, t.keepers);
        seq = ++p.seq;
    }

    /// @dev Selector of the error that stands in the way of any action under the mandate, whoever calls; zero when none does.
    function _obstacle(Terms memory t) internal view returns (bytes4) {
        Position storage p = _positionOf(t.owner, t.pair);
        if (p.activeHash != t.mandateHash) {
            return t.prev == _prevOf(t.owner, t.pair) ? NotActive.selector : WrongPrev.selector;
        }
        if (p.epoch != epochOf[t.owner]) return EpochMoved.selector;
        if (block.timestamp > t.expiry) return Ceilings.Expired.selector;
        return bytes4(0);
    }

    function _prevOf(address owner, bytes32 pair) internal view returns (bytes32) {
        return keccak256(abi.encode(epochOf[owner], _positionOf(owner, pair).head));
    }

    function _positionOf(address owner, bytes32 pair) internal view returns (Position storage) {
        return _positions[keccak256(abi.encode(owner, pair))];
    }

    /// @dev The domain is computed each time, so that after a chain split a signature counts on one side only.
    function _typedDataHash(bytes32 structHash) internal view returns (bytes32) {
        bytes32 domain =
            keccak256(abi.encode(DOMAIN_TYPE_HASH, _nameHash, _versionHash, block.chainid, address(this)));
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }

    /* INTERNAL */

    function _changeEpoch(address owner) private {
        bytes32 epoch = _unforeseeable(epochOf[owner]);
        epochOf[owner] = epoch;
        emit EpochChanged(owner, epoch);
    }

    /// @dev A value that nobody could have signed upon before this block. Steering it is useless: it only has to be new.
    function _unforeseeable(bytes32 old) private view returns (bytes32) {
        return keccak256(
            abi.encode(old, blockhash(block.number - 1), block.prevrandao, block.timestamp, block.number)
        );
    }
}
