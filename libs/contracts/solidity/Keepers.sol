// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IKeepers} from "./interfaces/IKeepers.sol";

/// @title The accounts that may act under the mandates that name this contract.
/// @notice The list is given once and can only shrink. Removing is the answer to a stolen key; adding somebody takes a new
/// contract and each owner's new signature.
contract Keepers is IKeepers {
    event Listed(address indexed keeper, bool mayRemoveItself);
    event Removed(address indexed keeper, address indexed by);

    error ZeroAddress();
    error ListedTwice(address keeper);
    error NotListed(address keeper);
    error NotExternallyOwned(address keeper);
    error MayNotRemove(address caller, address keeper);

    /// @notice The one account that may remove any keeper. Its key stays offline.
    address public immutable remover;

    mapping(address account => bool) public isKeeper;

    /// @notice Keepers that may remove themselves, so that a lane whose key leaks ends itself at once. Plain accounts only:
    /// a contract on the list could be led by a thief into removing itself.
    mapping(address account => bool) public mayRemoveItself;

    /// @param selfRemoving those of `keepers_` that may remove themselves
    constructor(address remover_, address[] memory keepers_, address[] memory selfRemoving) {
        if (remover_ == address(0)) revert ZeroAddress();
        remover = remover_;
        for (uint256 i = 0; i < selfRemoving.length; i++) {
            if (selfRemoving[i].code.length != 0) revert NotExternallyOwned(selfRemoving[i]);
            mayRemoveItself[selfRemoving[i]] = true;
        }
        for (uint256 i = 0; i < keepers_.length; i++) {
            address keeper = keepers_[i];
            if (keeper == address(0)) revert ZeroAddress();
            if (isKeeper[keeper]) revert ListedTwice(keeper);
            isKeeper[keeper] = true;
            emit Listed(keeper, mayRemoveItself[keeper]);
        }
        for (uint256 i = 0; i < selfRemoving.length; i++) {
            if (!isKeeper[selfRemoving[i]]) revert NotListed(selfRemoving[i]);
        }
    }

    /// @notice Takes `keeper` off the list for good.
    function remove(address keeper) external {
        bool itself = msg.sender == keeper && mayRemoveItself[keeper];
        if (msg.sender != remover && !itself) revert MayNotRemove(msg.sender, keeper);
        if (!isKeeper[keeper]) revert NotListed(keeper);
        isKeeper[keeper] = false;
        emit Removed(keeper, msg.sender);
    }
}
