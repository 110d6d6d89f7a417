// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {FillAction} from "../../solidity/guard/FillAction.sol";
import {GuardActions} from "../../solidity/guard/GuardActions.sol";
import {MorphoGuard} from "../../solidity/guard/MorphoGuard.sol";
import {MorphoMandate} from "../../solidity/guard/MorphoMandate.sol";
import {IMorphoRates} from "../../solidity/interfaces/IMorpho.sol";
import {IMorphoMarkets} from "../../solidity/interfaces/IMorphoMarkets.sol";
import {IFeed} from "../../solidity/interfaces/IFeed.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {Keepers} from "../../solidity/Keepers.sol";
import {AmountRule} from "../../solidity/libraries/AmountRule.sol";
import {TransientLock} from "../../solidity/libraries/TransientLock.sol";
import {
    BlocklistToken,
    FalseReturningToken,
    FeeOnSenderToken,
    FeeOnTransferToken,
    HookToken,
    MockToken,
    NoReturnToken,
    StickyAllowanceToken
} from "../support/MockTokens.sol";
import {LyingMorpho} from "./LyingMorpho.sol";
import {MorphoFixture, SettableOracle} from "./MorphoFixture.sol";

/// @notice Calls `target` from inside, notes the answer and requires it to be a refusal.
abstract contract Caller {
    address private _target;
    bytes private _data;
    bytes public answer;

    function setCall(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    function _callBack() internal {
        if (_target == address(0)) return;
        (bool done, bytes memory returned) = _target.call(_data);
        answer = returned;
        require(!done, "the call from inside went through");
    }
}

/// @notice A rate model that calls the guard when Morpho asks it for a rate.
contract CallingIrm is Caller {
    function borrowRate(IMorphoMarkets.MarketParams calldata, IMorphoRates.Market calldata) external returns (uint256) {
        _callBack();
        return 0;
    }

    function borrowRateView(IMorphoMarkets.MarketParams calldata, IMorphoRates.Market calldata)
        external
        pure
        returns (uint256)
    {
        return 0;
    }
}

/// @notice A token that calls the guard when Morpho pays it out.
contract HookOnTransferToken is MockToken, Caller {
    function transfer(address to, uint256 amount) external override returns (bool) {
        _callBack();
        _move(msg.sender, to, amount);
        return true;
    }
}

/// @notice An oracle that calls the guard while it is asked. It is asked in a way in which nothing may change, so it cannot note
/// the answer: it gives a price only while it is refused.
contract CallingOracle is SettableOracle {
    address private _target;
    bytes private _data;

    function setCall(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    function price() external view override returns (uint256) {
        if (_target != address(0)) {
            (bool done, bytes memory returned) = _target.staticcall(_data);
            require(!done && bytes4(returned) == TransientLock.Reentered.selector, "not refused");
        }
        return 2_700 * 1e24;
    }
}

/// @notice Tokens that misbehave, on the real Morpho Blue. A token turns bad once the loan is open.
contract MorphoHostileTokensTest is MorphoFixture {
    function testATokenThatDeliversLessIsRefusedInEveryAction() public {
        _authorise();
        _turn(usd, new FeeOnTransferToken());
        _turn(weth, new FeeOnTransferToken());
        _repayReverts(_mandate(), 1, 2_000e6, _inexact(usd, 2_000e6, 2_000e6, 1_980e6));
        _topUpReverts(_mandate(), 1, 1e18, _inexact(weth, 1e18, 1e18, 0.99e18));
        _fillReverts(_mandate(), 1, 5_400e6, 2e18, _inexact(usd, 5_400e6, 5_400e6, 5_346e6));
    }

    function testATokenThatTakesMoreFromThePayerIsRefused() public {
        _turn(usd, new FeeOnSenderToken());
        _repayReverts(_mandate(), 1, 2_000e6, _inexact(usd, 2_000e6, 2_020e6, 2_000e6));
    }

    function testATokenThatSaysFalseIsRefused() public {
        _turn(usd, new FalseReturningToken());
        _repayReverts(_mandate(), 1, 2_000e6, _inexact(usd, 2_000e6, 0, 0));
    }

    function testATokenThatReturnsNothingAndResetsItsAllowancesWorksTwice() public {
        _authorise();
        vm.etch(address(usd), address(new NoReturnToken()).code);
        vm.etch(address(weth), address(new NoReturnToken()).code);
        _repay(1, 2_000e6);
        oracle.set(_price(2_400));
        _fill(1, 5_000e6, 2.1e18);
        oracle.set(_price(2_150));
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

    /// @dev A collateral token with a fee on the way out costs the executor, never the owner.
    function testWhatAFillReleasesIsExactForTheOwner() public {
        _authorise();
        _turn(weth, new FeeOnTransferToken());
        _fill(1, 5_400e6, 2e18);
        assertEq(_collateral(), 8e18, "collateral");
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

/// @notice Nothing called from inside an action gets into the guard: neither from a token, nor from the rate model, nor the oracle.
contract MorphoReentrancyTest is MorphoFixture {
    function _newIrm() internal override returns (address) {
        return address(new CallingIrm());
    }

    function _newOracle() internal override returns (SettableOracle) {
        return new CallingOracle();
    }

    function testFromTheLoanToken() public {
        vm.etch(address(usd), address(new HookToken()).code);
        bytes[9] memory calls = _calls();
        for (uint256 i; i < calls.length; i++) {
            uint256 start = vm.snapshotState();
            HookToken(address(usd)).setHook(address(guard), calls[i]);
            _repay(1, 2_000e6);
            _assertRefused(HookToken(address(usd)).answer());
            vm.revertToState(start);
        }
    }

    function testFromTheCollateralTokenWhenItIsSuppliedAndWhenItIsReleased() public {
        _authorise();
        bytes[9] memory calls = _calls();
        for (uint256 i; i < calls.length; i++) {
            uint256 start = vm.snapshotState();
            vm.etch(address(weth), address(new HookToken()).code);
            HookToken(address(weth)).setHook(address(guard), calls[i]);
            _topUp(1, 1e18);
            _assertRefused(HookToken(address(weth)).answer());
            vm.revertToState(start);

            vm.etch(address(weth), address(new HookOnTransferToken()).code);
            HookOnTransferToken(address(weth)).setCall(address(guard), calls[i]);
            _fill(1, 5_400e6, 2e18);
            _assertRefused(HookOnTransferToken(address(weth)).answer());
            vm.revertToState(start);
        }
    }

    function testFromTheRateModel() public {
        vm.warp(NOW + 60);
        bytes[9] memory calls = _calls();
        for (uint256 i; i < calls.length; i++) {
            uint256 start = vm.snapshotState();
            CallingIrm(irm).setCall(address(guard), calls[i]);
            _repay(1, 2_000e6);
            _assertRefused(CallingIrm(irm).answer());
            vm.revertToState(start);
        }
    }

    function testFromTheOracle() public {
        bytes[9] memory calls = _calls();
        MorphoMandate memory m = _mandate();
        for (uint256 i; i < calls.length; i++) {
            uint256 start = vm.snapshotState();
            CallingOracle(address(oracle)).setCall(address(guard), calls[i]);
            vm.prank(KEEPER);
            guard.repay(m, 1, 2_000e6, DEADLINE);
            vm.revertToState(start);
        }
    }

    function _calls() private view returns (bytes[9] memory) {
        MorphoMandate memory m = _mandate();
        bytes memory signature = _signature(m, OWNER_KEY);
        return [
            abi.encodeCall(guard.repay, (m, 1, 2_000e6, DEADLINE)),
            abi.encodeCall(guard.topUp, (m, 1, 1e18, DEADLINE)),
            abi.encodeCall(guard.fill, (m, 1, 5_400e6, 2e18, DEADLINE)),
            abi.encodeCall(guard.activate, (m, signature)),
            abi.encodeCall(guard.set, (m)),
            abi.encodeCall(guard.revoke, (id)),
            abi.encodeCall(guard.revokeAll, ()),
            abi.encodeCall(guard.revokeAllBySig, (owner, signature)),
            abi.encodeCall(guard.repay, (m, 0, 0, 0))
        ];
    }

    function _assertRefused(bytes memory answer) private pure {
        assertEq(bytes32(answer), bytes32(TransientLock.Reentered.selector), "refused from inside");
    }
}

/// @notice A rate model that says one thing when it is asked in passing and another when Morpho adds interest.
contract TwoFacedIrm {
    function borrowRate(IMorphoMarkets.MarketParams calldata, IMorphoRates.Market calldata) external pure returns (uint256) {
        return 0;
    }

    function borrowRateView(IMorphoMarkets.MarketParams calldata, IMorphoRates.Market calldata)
        external
        pure
        returns (uint256)
    {
        return 1e12;
    }
}

/// @notice An action goes by the interest that Morpho has added, not by what a rate model says that it would be.
contract MorphoRatesTest is MorphoFixture {
    function _newIrm() internal override returns (address) {
        return address(new TwoFacedIrm());
    }

    function testALyingRateModelMisleadsThePreviewAndNoAction() public {
        oracle.set(_price(2_800));
        vm.warp(NOW + 60_000);
        assertTrue(_health() < TRIGGER, "what the preview is told");
        MorphoMandate memory m = _mandate();
        vm.prank(KEEPER);
        vm.expectRevert(abi.encodeWithSelector(AmountRule.NotTriggered.selector, 1.204e18, TRIGGER));
        guard.repay(m, 1, 2_000e6, block.timestamp);
    }
}

/// @notice What the guard checks after Morpho, each on both sides of its bound, with a Morpho that lies.
contract LyingMorphoTest is MorphoFixture {
    LyingMorpho private _liar;

    function setUp() public override {
        MorphoFixture.setUp();
        _liar = new LyingMorpho(market, DEBT, 10e18);
        weth.mint(address(_liar), 100e18);
        guard = new MorphoGuard(_liar);
        id = _liar.ID();
        keepers = new Keepers(REMOVER, _one(KEEPER), _one(KEEPER), _pairs(), IFeed(address(0)));
        _fund(15_000e6, 5e18);
        _activate(_mandate());
    }

    function testARepaymentMayCountForAUnitLessAndNoMore() public {
        _liar.lie(2, 0, 0, 0);
        _repayReverts(
            _mandate(),
            1,
            2_000e6,
            abi.encodeWithSelector(GuardActions.DebtNotReduced.selector, DEBT, DEBT - 2_000e6 + 2, 2_000e6)
        );
        _liar.lie(1, 0, 0, 0);
        _repay(1, 2_000e6);
    }

    function testARepaymentTakesNoCollateral() public {
        _liar.lie(0, 0, 1, 0);
        _repayReverts(
            _mandate(),
            1,
            2_000e6,
            abi.encodeWithSelector(GuardActions.CollateralNotAdded.selector, 10e18, 10e18 - 1, 0)
        );
    }

    function testCollateralIsAddedToTheUnit() public {
        _liar.lie(1, 0, 0, 0);
        _topUpReverts(
            _mandate(),
            1,
            1e18,
            abi.encodeWithSelector(GuardActions.CollateralNotAdded.selector, 10e18, 11e18 - 1, 1e18)
        );
        _liar.lie(0, 0, 0, 0);
        _topUp(1, 1e18);
    }

    function testAddingCollateralRaisesNoDebt() public {
        _liar.lie(0, 0, 2, 0);
        _topUpReverts(
            _mandate(), 1, 1e18, abi.encodeWithSelector(GuardActions.DebtNotReduced.selector, DEBT, DEBT + 2, 0)
        );
    }

    function testNothingStaysInTheGuard() public {
        _liar.lie(0, 1, 0, 0);
        _repayReverts(
            _mandate(), 1, 2_000e6, abi.encodeWithSelector(GuardActions.OwnBalanceChanged.selector, address(usd), 0, 1)
        );
        _topUpReverts(
            _mandate(), 1, 1e18, abi.encodeWithSelector(GuardActions.OwnBalanceChanged.selector, address(weth), 0, 1)
        );
    }

    function testMorphoIsApprovedWhatItShallTake() public {
        _repay(1, 2_000e6);
        assertEq(_liar.allowanceSeen(), 2_000e6, "approved");
        assertEq(usd.allowance(address(guard), address(_liar)), 0, "nothing left");
    }

    function testAFillReleasesWhatWasAgreedAndNotAUnitMore() public {
        _liar.lie(0, 0, 0, 1);
        _fillReverts(
            _mandate(),
            1,
            5_400e6,
            2e18,
            abi.encodeWithSelector(FillAction.CollateralOverdrawn.selector, 10e18, 8e18 - 1, 2e18)
        );
        _liar.lie(0, 0, 0, 0);
        _fill(1, 5_400e6, 2e18);
        assertEq(weth.balanceOf(KEEPER), 2e18, "paid out");
    }

    function testADebtThatIsGoneIsHealthyWhateverTheOracle() public {
        vm.prank(owner);
        IToken(address(usd)).approve(address(guard), DEBT);
        usd.mint(owner, DEBT);
        _repay(1, DEBT);
        oracle.silence();
        assertEq(guard.preview(_mandate()).healthFactor, type(uint256).max, "no debt, no question");
        _repayReverts(
            _mandate(),
            1,
            1,
            abi.encodeWithSelector(AmountRule.NotTriggered.selector, type(uint256).max, TRIGGER)
        );
    }
}
