// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveFiller} from "../../solidity/filler/AaveFiller.sol";
import {Filler} from "../../solidity/filler/Filler.sol";
import {GuardActions} from "../../solidity/guard/GuardActions.sol";
import {TransientLock} from "../../solidity/libraries/TransientLock.sol";
import {
    FalseReturningToken,
    FeeOnTransferToken,
    HookToken,
    MockToken,
    NoReturnToken,
    StickyAllowanceToken
} from "../support/MockTokens.sol";
import {FillerFixture} from "./FillerFixture.sol";

/// @notice Says false to `transfer` instead of reverting, and moves nothing; `transferFrom` works.
contract FalseOnTransferToken is MockToken {
    function transfer(address, uint256) external pure override returns (bool) {
        return false;
    }
}

/// @notice Whenever `giver` receives any, it sends one unit back: the way of a receiver with a hook.
contract HandBackToken is MockToken {
    address public giver;

    function setGiver(address giver_) external {
        giver = giver_;
    }

    function transfer(address to, uint256 amount) external override returns (bool) {
        _move(msg.sender, to, amount);
        if (to == giver) _move(to, msg.sender, 1);
        return true;
    }
}

contract FillerNoReturnTest is FillerFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return MockToken(address(new NoReturnToken()));
    }

    function _newCollateralToken() internal override returns (MockToken) {
        return MockToken(address(new NoReturnToken()));
    }

    function testTokensThatReturnNothingAndApproveOnlyFromZeroWorkTwiceInARow() public {
        _run(_order(AAVE));
        _assertNothingLeft();
        venue.setPrice(address(weth), 2_500);
        router.setPrice(2_500);
        AaveFiller.Order memory o = _order(MORPHO);
        o.out = 2.17e18;
        _run(o);
        assertEq(usd.balanceOf(KEEPER), 2 * KEEPS, "the keeper's");
        _assertNothingLeft();
    }

    function testWhatTheRouterAndTheGuardDoNotUseIsTakenBackFromSuchTokensToo() public {
        venue.setDebt(owner, address(usd), 4_000e18);
        venue.script(1.1e18, type(uint256).max);
        router.setLeaves(1);
        _run(_order(AAVE));
        _assertNothingLeft();
    }
}

contract FillerStickyAllowanceTest is FillerFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new StickyAllowanceToken();
    }

    function _newCollateralToken() internal override returns (MockToken) {
        return new StickyAllowanceToken();
    }

    function testAllowancesThatATokenDoesNotCountDownAreTakenBack() public {
        _run(_order(AAVE));
        _assertNothingLeft();
    }

    function testFromMorphoToo() public {
        _run(_order(MORPHO));
        _assertNothingLeft();
    }
}

contract FillerFeeOnTransferDebtTest is FillerFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new FeeOnTransferToken();
    }

    function testADebtTokenThatDeliversLessReverts() public {
        bytes memory inexact = abi.encodeWithSelector(
            GuardActions.InexactTransfer.selector, address(usd), LOAN, LOAN, LOAN - LOAN / 100
        );
        _reverts(_order(AAVE), inexact);
    }
}

contract FillerFalseReturningDebtTest is FillerFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new FalseReturningToken();
    }

    function testADebtTokenThatSaysFalseInsteadOfRevertingReverts() public {
        _reverts(_order(MORPHO), abi.encodeWithSelector(GuardActions.InexactTransfer.selector, address(usd), LOAN, 0, 0));
    }
}

contract FillerFalseOnTransferDebtTest is FillerFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new FalseOnTransferToken();
    }

    function testTheKeepersPartMustHaveGone() public {
        // It stays, is taken for the owner's, and cannot go there either.
        pool.setRefusesBelow(1_000e18);
        AaveFiller.Order memory o = _order(MORPHO);
        uint256 left = SOLD_FOR - LOAN;
        _reverts(o, abi.encodeWithSelector(Filler.LeftBehind.selector, address(usd), left));
    }
}

contract FillerFalseOnTransferCollateralTest is FillerFixture {
    function _newCollateralToken() internal override returns (MockToken) {
        return new FalseOnTransferToken();
    }

    function testCollateralThatTheRouterLeftMustHaveGone() public {
        router.setLeaves(5);
        _reverts(_order(AAVE), abi.encodeWithSelector(Filler.LeftBehind.selector, address(weth), 5));
    }

    function testNoneLeftIsFine() public {
        _run(_order(AAVE));
        _assertNothingLeft();
    }
}

contract FillerHandBackTest is FillerFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new HandBackToken();
    }

    function testAUnitThatTheKeeperHandsBackIsTheOwners() public {
        HandBackToken(address(usd)).setGiver(KEEPER);
        _run(_order(MORPHO));
        assertEq(usd.balanceOf(KEEPER), KEEPS - 1, "the keeper's");
        assertEq(usd.balanceOf(owner), WALLET_USD + 1, "wallet");
        _assertNothingLeft();
    }

    /// @dev Only the owner stops the owner's own rescue.
    function testAUnitThatTheOwnerHandsBackReverts() public {
        HandBackToken(address(usd)).setGiver(owner);
        pool.setRefusesBelow(1_000e18);
        _reverts(_order(MORPHO), abi.encodeWithSelector(Filler.LeftBehind.selector, address(usd), 1));
    }
}

contract FillerHookTest is FillerFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new HookToken();
    }

    function testATokenCannotReenterAFill() public {
        AaveFiller.Order memory o = _order(AAVE);
        HookToken(address(usd)).setHook(address(filler), abi.encodeCall(filler.fill, (o)));
        _run(o);
        assertTrue(bytes4(HookToken(address(usd)).answer()) == TransientLock.Reentered.selector, "reentered");
        _assertNothingLeft();
    }

    function testATokenCannotHaveALoanSentToTheFiller() public {
        HookToken token = HookToken(address(usd));
        token.setHook(
            address(venue), abi.encodeCall(pool.flashLoanSimple, (address(filler), address(weth), 1e18, "", 0))
        );
        _run(_order(AAVE));
        assertTrue(bytes4(token.answer()) == Filler.NotInitiator.selector, "not the initiator");
        _assertNothingLeft();
    }
}
