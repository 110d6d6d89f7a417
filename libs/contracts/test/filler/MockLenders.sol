// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IAaveLending, IMorphoLending} from "../../solidity/interfaces/IFlashLenders.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {MockLedger, MockVenue} from "../support/MockVenue.sol";

interface IAaveBorrower {
    function executeOperation(address asset, uint256 amount, uint256 premium, address initiator, bytes calldata data)
        external
        returns (bool);
}

interface IMorphoBorrower {
    function onMorphoFlashLoan(uint256 amount, bytes calldata data) external;
}

interface IMintable {
    function mint(address to, uint256 amount) external;
}

/// @notice How a lender of these tests departs from what it should do.
enum Trick {
    None,
    /// It lends, and neither calls back nor takes anything back.
    Silent,
    /// It calls back twice.
    Twice,
    /// It calls back for one unit more.
    OtherAmount,
    /// It calls back for another token (Aave says which).
    OtherToken,
    /// It calls back with data of its own.
    OtherData,
    /// Somebody else asked for the loan (Aave says who).
    OtherInitiator,
    /// It has another contract call back.
    OtherCaller
}

/// @notice Calls what it is told to.
contract Messenger {
    function pass(address target, bytes calldata data) external {
        (bool done, bytes memory answer) = target.call(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}

/// @notice What both lenders of these tests share: they make the tokens they lend, and take back what is owed.
abstract contract TrickyLender {
    error LenderSaysNo();

    Trick public trick;
    bool public refuses;
    Messenger private immutable _messenger = new Messenger();

    function setTrick(Trick trick_) external {
        trick = trick_;
    }

    function setRefuses() external {
        refuses = true;
    }

    function _pass(address target, bytes memory data) internal {
        if (trick == Trick.OtherCaller) {
            _messenger.pass(target, data);
            return;
        }
        (bool done, bytes memory answer) = target.call(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}

/// @notice The mock venue with Aave's flash loans and withdrawals.
contract LendingVenue is MockVenue, TrickyLender {
    error TooSmallToCount(uint256 amount);

    uint256 public constant PREMIUM_BPS = 5;
    uint256 private _refusesBelow;

    function _begin(address asset, uint256 amount) internal override {
        if (amount < _refusesBelow) revert TooSmallToCount(amount);
        super._begin(asset, amount);
    }

    function flashLoanSimple(address receiver, address asset, uint256 amount, bytes calldata data, uint16) external {
        if (refuses) revert LenderSaysNo();
        IMintable(asset).mint(receiver, amount);
        uint256 premium = amount * PREMIUM_BPS / 10_000;
        address initiator = trick == Trick.OtherInitiator ? address(0xBAD) : msg.sender;
        bytes memory call = abi.encodeCall(
            IAaveBorrower.executeOperation,
            (
                trick == Trick.OtherToken ? address(0xBAD) : asset,
                trick == Trick.OtherAmount ? amount + 1 : amount,
                premium,
                initiator,
                trick == Trick.OtherData ? _altered(data) : data
            )
        );
        if (trick == Trick.Silent) return;
        _pass(receiver, call);
        if (trick == Trick.Twice) _pass(receiver, call);
        IToken(asset).transferFrom(receiver, address(this), amount + premium);
    }

    function withdraw(address asset, uint256 amount, address to) external returns (uint256) {
        require(amount == type(uint256).max, "all or nothing");
        MockLedger ledger = MockLedger(this.getReserveAToken(asset));
        uint256 held = ledger.balanceOf(msg.sender);
        ledger.set(msg.sender, 0);
        IMintable(asset).mint(to, held);
        return held;
    }

    /// @dev Repayments below `units` are too small to count from now on.
    function setRefusesBelow(uint256 units) external {
        _refusesBelow = units;
    }

    function give(address asset, address to, uint256 amount) external {
        MockLedger ledger = MockLedger(this.getReserveAToken(asset));
        ledger.set(to, ledger.balanceOf(to) + amount);
    }
}

/// @notice Morpho's flash loans: no premium, and to the caller alone.
contract MockMorphoLender is TrickyLender, IMorphoLending {
    function flashLoan(address token, uint256 amount, bytes calldata data) external {
        if (refuses) revert LenderSaysNo();
        IMintable(token).mint(msg.sender, amount);
        bytes memory call = abi.encodeCall(
            IMorphoBorrower.onMorphoFlashLoan,
            (trick == Trick.OtherAmount ? amount + 1 : amount, trick == Trick.OtherData ? _altered(data) : data)
        );
        if (trick == Trick.Silent) return;
        _pass(msg.sender, call);
        if (trick == Trick.Twice) _pass(msg.sender, call);
        IToken(token).transferFrom(msg.sender, address(this), amount);
    }
}

/// @dev The same data with its last byte changed.
function _altered(bytes memory data) pure returns (bytes memory) {
    data[data.length - 1] = bytes1(uint8(data[data.length - 1]) ^ 1);
    return data;
}
