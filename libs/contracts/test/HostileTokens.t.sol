// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {GuardActions} from "../solidity/guard/GuardActions.sol";
import {AaveGuard} from "../solidity/guard/AaveGuard.sol";
import {Mandate} from "../solidity/guard/Mandate.sol";
import {TransientLock} from "../solidity/libraries/TransientLock.sol";
import {GuardFixture} from "./support/GuardFixture.sol";
import {
    BlocklistToken,
    FalseReturningToken,
    FeeOnOnePayerToken,
    FeeOnSenderToken,
    FeeOnTransferToken,
    GenerousToken,
    HookToken,
    MockToken,
    NoReturnToken,
    StickyAllowanceToken
} from "./support/MockTokens.sol";

contract FeeOnTransferTest is GuardFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new FeeOnTransferToken();
    }

    function testATokenThatDeliversLessReverts() public {
        bytes memory inexact = abi.encodeWithSelector(
            GuardActions.InexactTransfer.selector, address(usd), 3_000e18, 3_000e18, 2_970e18
        );
        _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, inexact);
    }
}

contract FeeOnSenderTest is GuardFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new FeeOnSenderToken();
    }

    function testATokenThatTakesMoreFromTheWalletReverts() public {
        bytes memory inexact = abi.encodeWithSelector(
            GuardActions.InexactTransfer.selector, address(usd), 3_000e18, 3_030e18, 3_000e18
        );
        _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, inexact);
    }
}

contract GenerousTest is GuardFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new GenerousToken();
    }

    function testATokenThatDeliversOneUnitMoreReverts() public {
        bytes memory inexact = abi.encodeWithSelector(
            GuardActions.InexactTransfer.selector, address(usd), 3_000e18, 3_000e18, 3_000e18 + 1
        );
        _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, inexact);
    }
}

contract FeeOnOnePayerTest is GuardFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new FeeOnOnePayerToken();
    }

    function testTheGuardMayNotEndWithLessThanAStrangerSentIt() public {
        FeeOnOnePayerToken(address(usd)).setPayer(address(guard));
        usd.mint(address(guard), 7);
        bytes memory changed = abi.encodeWithSelector(GuardActions.OwnBalanceChanged.selector, address(usd), 7, 6);
        _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, changed);
    }
}

contract BlocklistTest is GuardFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new BlocklistToken();
    }

    function testTheTokensErrorComesThroughUnchanged() public {
        address[2] memory payers = [owner, address(guard)];
        for (uint256 i = 0; i < payers.length; i++) {
            BlocklistToken(address(usd)).setBlocked(payers[i]);
            bytes memory blocked = abi.encodeWithSelector(BlocklistToken.Blocked.selector, payers[i], "on the list");
            _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, blocked);
        }
        assertEq(usd.balanceOf(owner), WALLET_USD, "wallet");
    }
}

contract FalseReturningTest is GuardFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new FalseReturningToken();
    }

    function testATokenThatSaysFalseInsteadOfRevertingReverts() public {
        bytes memory inexact =
            abi.encodeWithSelector(GuardActions.InexactTransfer.selector, address(usd), 3_000e18, 0, 0);
        _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, inexact);
    }
}

contract NoReturnTest is GuardFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return MockToken(address(new NoReturnToken()));
    }

    function testATokenThatReturnsNothingWorksTwiceInARow() public {
        _repay(1, 3_000e18);
        venue.setPrice(address(weth), 2_200);
        _repay(1, 3_000e18);
        assertEq(_debt(), DEBT - 6_000e18, "debt");
        assertEq(usd.allowance(address(guard), address(venue)), 0, "allowance to the venue");
    }
}

contract StickyAllowanceTest is GuardFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new StickyAllowanceToken();
    }

    function testAnAllowanceThatATokenDoesNotCountDownIsTakenBack() public {
        _repay(1, 3_000e18);
        assertEq(usd.allowance(address(guard), address(venue)), 0, "allowance to the venue");
    }
}

contract ReentrancyTest is GuardFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new HookToken();
    }

    function _newCollateralToken() internal override returns (MockToken) {
        return new HookToken();
    }

    function testNoStateChangingFunctionCanBeReenteredFromATokenThatIsRepaid() public {
        bytes[7] memory calls = _calls();
        for (uint256 i = 0; i < calls.length; i++) {
            HookToken(address(usd)).setHook(address(guard), calls[i]);
            _repaysOnce();
            _assertRefused(HookToken(address(usd)).answer());
        }
        assertEq(usd.balanceOf(owner), WALLET_USD - 7 * 2_000e18, "wallet");
    }

    function testNoStateChangingFunctionCanBeReenteredFromATokenThatIsSupplied() public {
        bytes[7] memory calls = _calls();
        for (uint256 i = 0; i < calls.length; i++) {
            HookToken(address(weth)).setHook(address(guard), calls[i]);
            _topsUpOnce();
            _assertRefused(HookToken(address(weth)).answer());
        }
        assertEq(usd.balanceOf(owner), WALLET_USD, "wallet");
    }

    function testNoStateChangingFunctionCanBeReenteredFromTheVenue() public {
        bytes[7] memory calls = _calls();
        for (uint256 i = 0; i < calls.length; i++) {
            venue.setHook(address(guard), calls[i]);
            _repaysOnce();
            _assertRefused(venue.answer());
            _topsUpOnce();
            _assertRefused(venue.answer());
        }
    }

    function testTheLockEndsWithTheCall() public {
        _repay(1, 3_000e18);
        venue.setPrice(address(weth), 2_200);
        _repay(1, 3_000e18);
    }

    function _calls() private view returns (bytes[7] memory) {
        Mandate memory m = _mandate();
        bytes memory signature = _signature(m, OWNER_KEY);
        return [
            abi.encodeCall(guard.repay, (m, 1, 2_000e18, DEADLINE)),
            abi.encodeCall(guard.topUp, (m, 1, 2e18, DEADLINE)),
            abi.encodeCall(guard.activate, (m, signature)),
            abi.encodeCall(guard.set, (m)),
            abi.encodeCall(guard.revoke, (address(weth), address(usd))),
            abi.encodeCall(guard.revokeAll, ()),
            abi.encodeCall(guard.revokeAllBySig, (owner, signature))
        ];
    }

    /// @dev From the first loan again, so that the health is below the trigger.
    function _repaysOnce() private {
        venue.open(owner, address(weth), 10e18, address(usd), DEBT);
        _repay(1, 2_000e18);
        assertEq(_debt(), DEBT - 2_000e18, "one repayment");
    }

    function _topsUpOnce() private {
        venue.open(owner, address(weth), 10e18, address(usd), DEBT);
        weth.mint(owner, 2e18);
        vm.prank(owner);
        weth.approve(address(guard), 3e18);
        _topUp(1, 2e18);
        assertEq(_collateral(), 12e18, "one supply");
    }

    function _assertRefused(bytes memory answer) private pure {
        assertEq(answer.length, 4, "a bare selector");
        assertEq(bytes32(answer), bytes32(TransientLock.Reentered.selector), "refused from inside");
    }
}
