// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {GuardActions} from "../../solidity/guard/GuardActions.sol";
import {Mandate} from "../../solidity/guard/Mandate.sol";
import {VenusGuard} from "../../solidity/guard/VenusGuard.sol";
import {TransientLock} from "../../solidity/libraries/TransientLock.sol";
import {
    BlocklistToken,
    FalseReturningToken,
    FeeOnTransferToken,
    HookToken,
    MockToken,
    NoReturnToken,
    StickyAllowanceToken
} from "../support/MockTokens.sol";
import {LyingComptroller, LyingVToken} from "./LyingVenus.sol";
import {IVTokenForAll, VenusFixture} from "./VenusFixture.sol";

/// @notice Tokens that misbehave, on the real Venus. A token turns bad once the loan is open.
contract VenusHostileTokensTest is VenusFixture {
    function testATokenThatDeliversLessIsRefused() public {
        _turn(usd, new FeeOnTransferToken());
        _turn(weth, new FeeOnTransferToken());
        _repayReverts(_mandate(), 1, 2_000e6, _inexact(usd, 2_000e6, 2_000e6, 1_980e6));
        _topUpReverts(_mandate(), 1, 1e18, _inexact(weth, 1e18, 1e18, 0.99e18));
    }

    function testATokenThatSaysFalseIsRefused() public {
        _turn(usd, new FalseReturningToken());
        _repayReverts(_mandate(), 1, 2_000e6, _inexact(usd, 2_000e6, 0, 0));
    }

    function testATokenThatReturnsNothingAndResetsItsAllowancesWorksTwice() public {
        vm.etch(address(usd), address(new NoReturnToken()).code);
        vm.etch(address(weth), address(new NoReturnToken()).code);
        _repay(1, 2_000e6);
        _setPrice(vWeth, 2_400, 18);
        _topUp(1, 1e18);
        _assertNothingLeft();
    }

    function testAnAllowanceThatIsNotCountedDownIsTakenBack() public {
        _turn(usd, new StickyAllowanceToken());
        _repay(1, 2_000e6);
        _assertNothingLeft();
    }

    function testATokensOwnRefusalComesThrough() public {
        _turn(usd, new BlocklistToken());
        BlocklistToken(address(usd)).setBlocked(owner);
        _repayReverts(
            _mandate(), 1, 2_000e6, abi.encodeWithSelector(BlocklistToken.Blocked.selector, owner, "on the list")
        );
    }

    function testNothingGetsInFromATokenThatIsRepaidOrSupplied() public {
        bytes[7] memory calls = _calls();
        for (uint256 i; i < calls.length; i++) {
            uint256 start = vm.snapshotState();
            vm.etch(address(usd), address(new HookToken()).code);
            HookToken(address(usd)).setHook(address(guard), calls[i]);
            _repay(1, 2_000e6);
            _assertRefused(HookToken(address(usd)).answer());
            vm.revertToState(start);

            vm.etch(address(weth), address(new HookToken()).code);
            HookToken(address(weth)).setHook(address(guard), calls[i]);
            _topUp(1, 1e18);
            _assertRefused(HookToken(address(weth)).answer());
            vm.revertToState(start);
        }
    }

    function _calls() private view returns (bytes[7] memory) {
        Mandate memory m = _mandate();
        bytes memory signature = _signature(m, OWNER_KEY);
        return [
            abi.encodeCall(guard.repay, (m, 1, 2_000e6, DEADLINE)),
            abi.encodeCall(guard.topUp, (m, 1, 1e18, DEADLINE)),
            abi.encodeCall(guard.activate, (m, signature)),
            abi.encodeCall(guard.set, (m)),
            abi.encodeCall(guard.revoke, (address(vWeth), address(vUsd))),
            abi.encodeCall(guard.revokeAll, ()),
            abi.encodeCall(guard.revokeAllBySig, (owner, signature))
        ];
    }

    function _assertRefused(bytes memory answer) private pure {
        assertEq(bytes32(answer), bytes32(TransientLock.Reentered.selector), "refused from inside");
    }

    function _inexact(MockToken token, uint256 wanted, uint256 sent, uint256 received)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(GuardActions.InexactTransfer.selector, address(token), wanted, sent, received);
    }

    function _turn(MockToken token, MockToken into) private {
        vm.etch(address(token), address(into).code);
    }
}

/// @notice What the guard checks after Venus, each on both sides of its bound, with markets that lie: a unit of the collateral's
/// vToken is worth 1e6 of its token.
contract LyingVenusTest is VenusFixture {
    uint256 private constant UNIT = 1e6;
    LyingVToken private _held;
    LyingVToken private _owes;

    function setUp() public override {
        VenusFixture.setUp();
        LyingComptroller liar = new LyingComptroller();
        _held = new LyingVToken(address(weth), UNIT, 10e12, 0);
        _owes = new LyingVToken(address(usd), 1, 0, DEBT);
        liar.list(address(_held), 2_700e18);
        liar.list(address(_owes), 1e30);
        guard = new VenusGuard(liar);
        vWeth = IVTokenForAll(address(_held));
        vUsd = IVTokenForAll(address(_owes));
        _fund(15_000e6, 5e18);
        _activate(_mandate());
    }

    function testARepaymentCountsToTheUnit() public {
        _owes.lie(1, 0);
        _repayReverts(
            _mandate(),
            1,
            2_000e6,
            abi.encodeWithSelector(GuardActions.DebtNotReduced.selector, DEBT, DEBT - 2_000e6 + 1, 2_000e6)
        );
        _owes.lie(0, 0);
        _repay(1, 2_000e6);
    }

    function testASupplyMayCostAUnitOfTheVTokenAndNoMore() public {
        _held.lie(2, 0);
        _topUpReverts(
            _mandate(),
            1,
            1e18,
            abi.encodeWithSelector(GuardActions.CollateralNotAdded.selector, 10e18, 11e18 - 2 * UNIT, 1e18)
        );
        _held.lie(1, 0);
        _topUp(1, 1e18);
    }

    function testNothingStaysInTheGuard() public {
        _owes.lie(0, 1);
        _repayReverts(
            _mandate(), 1, 2_000e6, abi.encodeWithSelector(GuardActions.OwnBalanceChanged.selector, address(usd), 0, 1)
        );
        _held.lie(0, 1);
        _topUpReverts(
            _mandate(), 1, 1e18, abi.encodeWithSelector(GuardActions.OwnBalanceChanged.selector, address(weth), 0, 1)
        );
    }

    function testACodeThatVenusReturnsIsNotTakenForDone() public {
        _owes.fail(0, 3, 0);
        _repayReverts(_mandate(), 1, 2_000e6, abi.encodeWithSelector(VenusGuard.VenueError.selector, 3));
        _held.fail(0, 10, 0);
        _topUpReverts(_mandate(), 1, 1e18, abi.encodeWithSelector(VenusGuard.VenueError.selector, 10));
        _held.fail(9, 0, 0);
        _repayReverts(_mandate(), 1, 2_000e6, abi.encodeWithSelector(VenusGuard.VenueError.selector, 9));
        _held.fail(0, 0, 0);
        _owes.fail(9, 0, 0);
        _topUpReverts(_mandate(), 1, 1e18, abi.encodeWithSelector(VenusGuard.VenueError.selector, 9));
        _owes.fail(0, 0, 5);
        _repayReverts(_mandate(), 1, 2_000e6, abi.encodeWithSelector(VenusGuard.VenueError.selector, 5));
    }
}
