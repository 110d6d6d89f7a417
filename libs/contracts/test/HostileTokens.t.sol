// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveGuard} from "../solidity/guard/AaveGuard.sol";
import {Mandate} from "../solidity/guard/Mandate.sol";
import {TransientLock} from "../solidity/libraries/TransientLock.sol";
import {GuardFixture} from "./support/GuardFixture.sol";
import {
    FalseReturningToken,
    FeeOnSenderToken,
    FeeOnTransferToken,
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
            AaveGuard.InexactTransfer.selector, address(usd), 3_000e18, 3_000e18, 2_970e18
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
            AaveGuard.InexactTransfer.selector, address(usd), 3_000e18, 3_030e18, 3_000e18
        );
        _repayReverts(_mandate(), 1, 3_000e18, DEADLINE, inexact);
    }
}

contract FalseReturningTest is GuardFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new FalseReturningToken();
    }

    function testATokenThatSaysFalseInsteadOfRevertingReverts() public {
        bytes memory inexact =
            abi.encodeWithSelector(AaveGuard.InexactTransfer.selector, address(usd), 3_000e18, 0, 0);
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
    HookToken private _hook;

    function _newDebtToken() internal override returns (MockToken) {
        _hook = new HookToken();
        return _hook;
    }

    function testNoStateChangingFunctionCanBeReenteredFromAToken() public {
        Mandate memory m = _mandate();
        bytes memory signature = _signature(m, OWNER_KEY);
        bytes[7] memory calls = [
            abi.encodeCall(guard.repay, (m, 1, 2_000e18, DEADLINE)),
            abi.encodeCall(guard.topUp, (m, 1, 2e18, DEADLINE)),
            abi.encodeCall(guard.activate, (m, signature)),
            abi.encodeCall(guard.set, (m)),
            abi.encodeCall(guard.revoke, (address(weth), address(usd))),
            abi.encodeCall(guard.revokeAll, ()),
            abi.encodeCall(guard.revokeAllBySig, (owner, signature))
        ];
        for (uint256 i = 0; i < calls.length; i++) {
            venue.setDebt(owner, address(usd), DEBT);
            _hook.setHook(address(guard), calls[i]);
            _repay(1, 2_000e18);
            assertEq(bytes32(_hook.answer()), bytes32(TransientLock.Reentered.selector), "refused from inside");
            assertEq(_debt(), DEBT - 2_000e18, "one repayment");
        }
        assertEq(usd.balanceOf(owner), WALLET_USD - 7 * 2_000e18, "wallet");
    }

    function testTheLockEndsWithTheCall() public {
        _repay(1, 3_000e18);
        venue.setPrice(address(weth), 2_200);
        _repay(1, 3_000e18);
    }
}
