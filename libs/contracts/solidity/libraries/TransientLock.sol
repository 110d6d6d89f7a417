// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice One lock for every function that changes state. It lives in transient storage, so it ends with the transaction.
abstract contract TransientLock {
    error Reentered();

    bool private transient _entered;

    modifier locked() {
        if (_entered) revert Reentered();
        _entered = true;
        _;
        _entered = false;
    }
}
