// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IKeepers} from "../interfaces/IKeepers.sol";
import {Signature} from "../libraries/Signature.sol";
import {TransientLock} from "../libraries/TransientLock.sol";
import {Mandate, MandateTerms} from "./Mandate.sol";

/// @notice Which mandate is alive, for every pair of every owner.
///
/// A mandate is signed off chain and does nothing until it is activated here. For each (owner, collateral, debt) there is
/// a `head`, and a mandate names in `prev` the head (and the owner's epoch) it was signed upon. Activating or revoking
/// moves the head, so every other signature for that pair is dead from then on, whatever order they arrive in.
///
/// There is no owner, admin, pause or upgrade. What an owner activated, only that owner ends.
abstract contract MandateRegistry is TransientLock {
    using MandateTerms for Mandate;

    event Activated(bytes32 indexed mandateHash, address indexed owner, address collateral, address debt);
    event Revoked(address indexed owner, address collateral, address debt);
    event EpochChanged(address indexed owner, bytes32 epoch);

    error NotOwner(address caller, address owner);
    error WrongPrev(bytes32 given, bytes32 expected);
    error NotActive(bytes32 mandateHash, bytes32 activeHash);
    error EpochMoved(bytes32 activatedIn, bytes32 current);
    error ActionNotAllowed(uint8 action, uint8 allowed);
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
        /// The day budget of FILL: when it was last counted, and the share of `fillPerDay` used then. It belongs to the
        /// pair and not to a mandate. Zero as long as the guard has no FILL.
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

    /* ACTIVATING */

    /// @notice Makes `m` the live mandate of its pair. Anyone may bring it: the owner's signature is what counts.
    /// @param signature 65 bytes (r, s, v), low s, by the owner's key over `hashMandate(m)`
    function activate(Mandate calldata m, bytes calldata signature) external locked {
        bytes32 mandateHash = hashMandate(m);
        Signature.requireSigner(mandateHash, signature, m.owner);
        _activate(m, mandateHash);
    }

    /// @notice The same, called by the owner: for contract wallets, and for accounts that batch it with an approval.
    function set(Mandate calldata m) external locked {
        if (msg.sender != m.owner) revert NotOwner(msg.sender, m.owner);
        _activate(m, hashMandate(m));
    }

    /* REVOKING: final, never refused to the owner */

    /// @notice Ends the caller's mandate for one pair and kills every mandate signed but not yet activated for it.
    function revoke(address collateral, address debt) external locked {
        Position storage p = _position(msg.sender, collateral, debt);
        p.activeHash = bytes32(0);
        p.head = _unforeseeable(p.head);
        emit Revoked(msg.sender, collateral, debt);
    }

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

    /* VIEWS */

    /// @notice The EIP-712 hash that the owner signs and that names the mandate in events.
    function hashMandate(Mandate calldata m) public view returns (bytes32) {
        return _typedDataHash(m.structHash());
    }

    /// @notice What the next mandate's `prev` must be.
    function prevOf(address owner, address collateral, address debt) public view returns (bytes32) {
        return keccak256(abi.encode(epochOf[owner], _position(owner, collateral, debt).head));
    }

    /// @notice The stored state of one pair; see `Position`.
    function position(address owner, address collateral, address debt)
        external
        view
        returns (bytes32 head, bytes32 activeHash, bytes32 epoch, uint64 seq, uint40 bucketAt, uint128 used)
    {
        Position storage p = _position(owner, collateral, debt);
        return (p.head, p.activeHash, p.epoch, p.seq, p.bucketAt, p.used);
    }

    /* FOR THE GUARD */

    /// @dev Reverts unless the caller may do `action` under `m` now. Returns the mandate's hash and the action's number.
    function _authorise(Mandate calldata m, uint8 action, uint256 deadline)
        internal
        returns (bytes32 mandateHash, uint256 seq)
    {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline, block.timestamp);
        mandateHash = hashMandate(m);
        Position storage p = _position(m.owner, m.collateral, m.debt);
        if (p.activeHash != mandateHash) revert NotActive(mandateHash, p.activeHash);
        if (p.epoch != epochOf[m.owner]) revert EpochMoved(p.epoch, epochOf[m.owner]);
        m.requireInTime();
        if (m.actions & action == 0) revert ActionNotAllowed(action, m.actions);
        if (!IKeepers(m.keepers).isKeeper(msg.sender)) revert NotKeeper(msg.sender, m.keepers);
        seq = ++p.seq;
    }

    /// @dev Selector of the error that stands in the way of any action under `m`, whoever calls; zero when none does.
    function _obstacle(Mandate calldata m) internal view returns (bytes4) {
        Position storage p = _position(m.owner, m.collateral, m.debt);
        if (p.activeHash != hashMandate(m)) {
            return m.prev == prevOf(m.owner, m.collateral, m.debt) ? NotActive.selector : WrongPrev.selector;
        }
        if (p.epoch != epochOf[m.owner]) return EpochMoved.selector;
        if (block.timestamp > m.expiry) return MandateTerms.Expired.selector;
        return bytes4(0);
    }

    /// @dev Reverts unless the venue knows both assets of the mandate.
    function _requireListed(Mandate calldata m) internal view virtual;

    /* INTERNAL */

    function _activate(Mandate calldata m, bytes32 mandateHash) private {
        m.requireSound();
        _requireListed(m);
        bytes32 expected = prevOf(m.owner, m.collateral, m.debt);
        if (m.prev != expected) revert WrongPrev(m.prev, expected);

        Position storage p = _position(m.owner, m.collateral, m.debt);
        p.head = mandateHash;
        p.activeHash = mandateHash;
        p.epoch = epochOf[m.owner];
        emit Activated(mandateHash, m.owner, m.collateral, m.debt);
    }

    function _changeEpoch(address owner) private {
        bytes32 epoch = _unforeseeable(epochOf[owner]);
        epochOf[owner] = epoch;
        emit EpochChanged(owner, epoch);
    }

    function _position(address owner, address collateral, address debt) private view returns (Position storage) {
        return _positions[keccak256(abi.encode(owner, collateral, debt))];
    }

    /// @dev A value that nobody could have signed upon before this block. Steering it is useless: it only has to be new.
    function _unforeseeable(bytes32 old) private view returns (bytes32) {
        return keccak256(
            abi.encode(old, blockhash(block.number - 1), block.prevrandao, block.timestamp, block.number)
        );
    }

    /// @dev The domain is computed each time, so that after a chain split a signature counts on one side only.
    function _typedDataHash(bytes32 structHash) private view returns (bytes32) {
        bytes32 domain =
            keccak256(abi.encode(DOMAIN_TYPE_HASH, _nameHash, _versionHash, block.chainid, address(this)));
        return keccak256(abi.encodePacked(hex"1901", domain, structHash));
    }
}
