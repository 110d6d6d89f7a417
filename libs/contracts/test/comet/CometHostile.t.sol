// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {CometGuard} from "../../solidity/guard/CometGuard.sol";
import {GuardActions} from "../../solidity/guard/GuardActions.sol";
import {Mandate} from "../../solidity/guard/Mandate.sol";
import {TransientLock} from "../../solidity/libraries/TransientLock.sol";
import {FeeOnTransferToken, HookToken, StickyAllowanceToken} from "../support/MockTokens.sol";
import {CometFixture} from "./CometFixture.sol";
import {CometLoan} from "./CometLoan.sol";

/// @notice Takes fewer tokens than it was given, or counts fewer than it took.
contract LyingComet is CometFixture {
    uint256 private _shortfall;
    uint256 private _leaves;

    constructor(address base, address feed) CometFixture(base, feed, 6, 0, 100e6) {}

    function lie(uint256 shortfall, uint256 leaves) external {
        (_shortfall, _leaves) = (shortfall, leaves);
    }

    function _counts(uint256 amount) internal view override returns (uint256) {
        return amount - _shortfall;
    }

    function _takes(uint256 amount) internal view override returns (uint256) {
        return amount - _leaves;
    }
}

/// @notice Tokens that misbehave, and a Comet that lies: what the guard checks afterwards, on both sides of each bound.
contract CometHostileTest is CometLoan {
    function testATokenThatDeliversLessIsRefused() public {
        vm.etch(address(usd), address(new FeeOnTransferToken()).code);
        _repayReverts(
            _mandate(),
            1,
            2_000e6,
            abi.encodeWithSelector(GuardActions.InexactTransfer.selector, address(usd), 2_000e6, 2_000e6, 1_980e6)
        );
    }

    function testAnAllowanceThatIsNotCountedDownIsTakenBack() public {
        vm.etch(address(usd), address(new StickyAllowanceToken()).code);
        _repay(1, 2_000e6);
        _assertNothingLeft();
    }

    function testNothingGetsInFromATokenThatIsRepaidOrSupplied() public {
        Mandate memory m = _mandate();
        bytes memory signature = _signature(m, OWNER_KEY);
        bytes[7] memory calls = [
            abi.encodeCall(guard.repay, (m, 1, 2_000e6, DEADLINE)),
            abi.encodeCall(guard.topUp, (m, 1, 1e18, DEADLINE)),
            abi.encodeCall(guard.activate, (m, signature)),
            abi.encodeCall(guard.set, (m)),
            abi.encodeCall(guard.revoke, (address(weth), address(usd))),
            abi.encodeCall(guard.revokeAll, ()),
            abi.encodeCall(guard.revokeAllBySig, (owner, signature))
        ];
        for (uint256 i; i < calls.length; i++) {
            uint256 start = vm.snapshotState();
            vm.etch(address(usd), address(new HookToken()).code);
            HookToken(address(usd)).setHook(address(guard), calls[i]);
            _repay(1, 2_000e6);
            assertEq(bytes32(HookToken(address(usd)).answer()), bytes32(TransientLock.Reentered.selector), "repaid");
            vm.revertToState(start);

            vm.etch(address(weth), address(new HookToken()).code);
            HookToken(address(weth)).setHook(address(guard), calls[i]);
            _topUp(1, 1e18);
            assertEq(bytes32(HookToken(address(weth)).answer()), bytes32(TransientLock.Reentered.selector), "supplied");
            vm.revertToState(start);
        }
    }

    function testARepaymentMayCountForThreeUnitsLessAndNoMore() public {
        LyingComet liar = _lying();
        liar.lie(4, 0);
        _repayReverts(
            _mandate(),
            1,
            2_000e6,
            abi.encodeWithSelector(GuardActions.DebtNotReduced.selector, DEBT, DEBT - 2_000e6 + 4, 2_000e6)
        );
        liar.lie(3, 0);
        _repay(1, 2_000e6);
    }

    function testCollateralIsAddedToTheUnitAndNothingStaysInTheGuard() public {
        LyingComet liar = _lying();
        liar.lie(1, 0);
        _topUpReverts(
            _mandate(),
            1,
            1e18,
            abi.encodeWithSelector(GuardActions.CollateralNotAdded.selector, 10e18, 11e18 - 1, 1e18)
        );
        liar.lie(0, 1);
        _topUpReverts(
            _mandate(), 1, 1e18, abi.encodeWithSelector(GuardActions.OwnBalanceChanged.selector, address(weth), 0, 1)
        );
        _repayReverts(
            _mandate(), 1, 2_000e6, abi.encodeWithSelector(GuardActions.OwnBalanceChanged.selector, address(usd), 0, 1)
        );
        liar.lie(0, 0);
        _topUp(1, 1e18);
    }

    /// @dev The same loan at a Comet that lies, with a guard and a mandate of its own.
    function _lying() private returns (LyingComet liar) {
        liar = new LyingComet(address(usd), address(usdFeed));
        comet = liar;
        comet.list(address(weth), address(wethFeed), 18, 0.75e18, 0.8e18, 1_000e18);
        guard = new CometGuard(comet);
        usd.mint(address(comet), 1_000_000e6);
        weth.mint(owner, 10e18);
        vm.startPrank(owner);
        weth.approve(address(comet), 10e18);
        comet.supplyTo(owner, address(weth), 10e18);
        comet.withdrawFrom(owner, STRANGER, address(usd), DEBT);
        vm.stopPrank();
        _fund(15_000e6, 5e18);
        _activate(_mandate());
    }
}
