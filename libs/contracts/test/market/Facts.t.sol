// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IToken} from "../../solidity/interfaces/IToken.sol";
import {IPool} from "./support/Aave.sol";
import {OneLoan} from "./support/OneLoan.sol";

/// @notice Takes a flash loan and, inside it, repays somebody's debt in the very reserve that lends.
contract RepayingBorrower {
    IPool private immutable _pool;
    address private immutable _debtor;

    constructor(IPool pool, address debtor) {
        (_pool, _debtor) = (pool, debtor);
    }

    function executeOperation(address asset, uint256 amount, uint256 premium, address, bytes calldata)
        external
        returns (bool)
    {
        IToken(asset).approve(address(_pool), amount);
        _pool.repay(asset, amount, 2, _debtor);
        IToken(asset).approve(address(_pool), amount + premium);
        return true;
    }
}

/// @notice What the real Aave v3.6 does that the guard has to live with. Each fact is a test: a new version of Aave in which
/// one no longer holds is noticed here.
contract AaveFactsTest is OneLoan {
    /* HEALTH AFTER A TRANSFER OF ATOKENS */

    function testBelowHealthOneASmallFillIsRefusedAndALargerOneSaves() public {
        live = _mandate(WETH_USDC);
        live.fillPerDay = 500e6;
        _sign(live, WETH_USDC);
        _healthTo(0.99e18);
        _fillFails(500e6, "HealthFactorLowerThanLiquidationThreshold()");

        live = _mandate(WETH_USDC);
        live.fillPerDay = 2_000e6;
        _sign(live, WETH_USDC);
        _fillPasses(2_000e6);
        assertTrue(_health(live.owner) >= 1e18, "saved");
    }

    function testBelowHealthOneRepayAndTopUpPass() public {
        _healthTo(0.99e18);
        uint256 state = vm.snapshotState();
        _repayPasses(_repayTo(1.25e18));
        vm.revertToState(state);
        _topUpPasses(_units(weth, 6_000));
        assertTrue(_health(live.owner) >= live.minHf, "in the band");
    }

    /* ROUNDING */

    /// @dev Above an index of 1 the pool counts less than one unit of debt for one unit of payment.
    function testOneUnitCannotBeRepaidAboveIndexOneTwoCan() public {
        assertTrue(pool.getReserveNormalizedVariableDebt(usdc) > 1e27, "index above one");
        address debtor = live.owner;
        _give(usdc, STRANGER, 3);
        _approve(usdc, STRANGER, address(pool), 3);
        vm.prank(STRANGER);
        vm.expectPartialRevert(bytes4(keccak256("InvalidBurnAmount()")));
        pool.repay(usdc, 1, VARIABLE, debtor);
        vm.prank(STRANGER);
        pool.repay(usdc, 2, VARIABLE, debtor);
    }

    function testTheVenuesRefusalOfOneUnitComesThroughTheGuard() public {
        _healthTo(1.1e18);
        _approve(usdc, live.owner, address(guard), 1);
        _repayFails(1, "InvalidBurnAmount()");
    }

    /* THE COLLATERAL FLAG */

    /// @dev With the flag off, the account's value does not contain the collateral at all; the guard's checks are of
    /// balances, and the price of a fill holds all the same.
    function testWithTheCollateralFlagOffAFillTakesNoMoreThanItsPrice() public {
        _supply(wbtc, live.owner, _units(wbtc, 40_000));
        vm.prank(live.owner);
        pool.setUserUseReserveAsCollateral(weth, false);
        (uint256 seen,,,,,) = pool.getUserAccountData(live.owner);
        assertTrue(seen < 41_000e8, "WETH is not counted");

        _setPrice(wbtc, int256(_price(wbtc) * 1.1e18 / _health(live.owner)));
        (uint256 debt, uint256 held) = (_debt(), _held());
        (bool done, bytes memory data) = _fillBy(THIEF, 4_000e6, _ceiling(4_000e6) + 1);
        _fails(done, data, "CostTooHigh(uint256,uint256)");
        (done, data) = _fillBy(THIEF, 4_000e6, _ceiling(4_000e6));
        _passes(done, data);
        assertTrue(debt - _debt() + 2 >= 4_000e6, "debt fell");
        assertTrue(held - _held() <= _ceiling(4_000e6) + 2, "collateral fell");
    }

    /* FROZEN, PAUSED, CAPPED */

    function testFrozenCollateralTopUpIsRefusedRepayAndFillWork() public {
        _healthTo(1.1e18);
        vm.prank(admin);
        configurator.setReserveFreeze(weth, true);
        _topUpFails(_units(weth, 5_000), "ReserveFrozen()");
        _eachAlone(_repayTo(1.3e18), _fillTo(1.3e18));
    }

    function testPausedCollateralOnlyRepayWorks() public {
        _healthTo(1.1e18);
        vm.prank(admin);
        configurator.setReservePause(weth, true);
        _topUpFails(_units(weth, 5_000), "ReservePaused()");
        _fillFails(_fillTo(1.3e18), "ReservePaused()");
        _repayPasses(_repayTo(1.3e18));
    }

    function testPausedDebtOnlyTopUpWorksAndLiquidationsArePausedToo() public {
        _healthTo(0.98e18);
        vm.prank(admin);
        configurator.setReservePause(usdc, true);
        _repayFails(_repayTo(1.3e18), "ReservePaused()");
        _fillFails(_fillTo(1.3e18), "ReservePaused()");
        _approve(usdc, THIEF, address(pool), type(uint256).max);
        vm.prank(THIEF);
        vm.expectPartialRevert(bytes4(keccak256("ReservePaused()")));
        pool.liquidationCall(weth, usdc, live.owner, 1_000e6, false);
        _topUpPasses(_units(weth, 7_000));
    }

    function testAFullSupplyCapRefusesTopUpAndAStrangerCanFillIt() public {
        _healthTo(1.1e18);
        uint256 cap = aTokenOf[weth].totalSupply() / 1e18 + 100;
        vm.prank(admin);
        configurator.setSupplyCap(weth, cap);
        _give(weth, STRANGER, 100e18);
        _approve(weth, STRANGER, address(pool), 100e18);
        bool done = true;
        while (done) {
            vm.prank(STRANGER);
            (done,) = address(pool).call(abi.encodeCall(pool.supply, (weth, 1e18, STRANGER, 0)));
        }
        _topUpFails(_units(weth, 5_000), "SupplyCapExceeded()");
        _eachAlone(_repayTo(1.3e18), _fillTo(1.3e18));
    }

    /// @dev A collateral in isolation mode is not switched on by being supplied.
    function testIsolatedCollateralDoesNotCountAndTopUpIsRefused() public {
        address isolated = _newAsset(18, 5e8);
        vm.prank(admin);
        configurator.setDebtCeiling(isolated, 1_000_000_00);
        _mandateFor(isolated);
        _give(isolated, live.owner, 1_000e18);
        _approve(isolated, live.owner, address(guard), 1_000e18);
        _setPrice(weth, int256(_price(weth) * 1.1e18 / _health(live.owner)));
        _topUpFails(1_000e18, "CollateralNotEnabled(address)");
    }

    /* LTV ZERO */

    function testAnotherCollateralOfLtvZeroBlocksFillUntilItIsSwitchedOff() public {
        _supply(wbtc, live.owner, 2);
        vm.prank(admin);
        configurator.configureReserveAsCollateral(wbtc, 0, 7_800, 10_500);
        _healthTo(1.1e18);
        _fillFails(_fillTo(1.3e18), "LtvValidationFailed()");
        uint256 state = vm.snapshotState();
        _repayPasses(_repayTo(1.3e18));
        vm.revertToState(state);
        vm.prank(live.owner);
        pool.setUserUseReserveAsCollateral(wbtc, false);
        _fillPasses(_fillTo(1.3e18));
    }

    function testTheMandatesOwnCollateralOfLtvZeroMayBeFilled() public {
        vm.prank(admin);
        configurator.configureReserveAsCollateral(weth, 0, 8_250, 10_500);
        _healthTo(1.1e18);
        _fillPasses(_fillTo(1.3e18));
    }

    /* E-MODE */

    function testOneChangeOfACategoryTriggersEveryMandateInIt() public {
        _use(RATIO);
        assertTrue(_health(live.owner) > live.triggerHf, "healthy");
        _repayFails(1e18, "NotTriggered(uint256,uint256)");
        vm.prank(admin);
        configurator.setEModeCategory(1, 9_000, 9_150, 10_100, "ETH correlated");
        assertTrue(_health(live.owner) < live.triggerHf, "triggered");
        _repayPasses(_repayTo(1.07e18));
    }

    /// @dev At a high threshold and near one, each unit filled at a high cost takes more health than it brings: with a threshold of
    /// 96% and a health of 1.004 that is so from a cost of 4.6% on.
    function testAtAHighThresholdAFillMayCostTooMuchToHelp() public {
        vm.prank(admin);
        configurator.setEModeCategory(1, 9_000, 9_600, 10_100, "ETH correlated");
        live = _mandate(RATIO);
        (live.maxCostBps, live.fillPerDay) = (500, 2e18);
        _sign(live, RATIO);
        _healthTo(1.004e18);
        _fillFails(2e18, "HealthNotImproved(uint256,uint256)");
        live = _mandate(RATIO);
        (live.maxCostBps, live.fillPerDay) = (400, 2e18);
        _sign(live, RATIO);
        _fillPasses(2e18);
    }

    /* LIQUIDATIONS */

    /// @dev Under 2,000 dollars of debt the whole is liquidated at once; above, half while the health is over 0.95.
    function testSmallPositionsAreLiquidatedWhole() public {
        address small = address(0x5A11);
        _supply(weth, small, _units(weth, 2_300));
        _borrow(usdc, small, 1_800e6);
        _setPrice(weth, int256(_price(weth) * 0.98e18 / _health(small)));
        _approve(usdc, THIEF, address(pool), type(uint256).max);
        vm.startPrank(THIEF);
        pool.liquidationCall(weth, usdc, small, type(uint256).max, false);
        assertEq(debtTokenOf[usdc].balanceOf(small), 0, "nothing left of the small one");

        vm.stopPrank();

        _healthTo(0.97e18);
        uint256 before_ = _debt();
        vm.prank(THIEF);
        pool.liquidationCall(weth, usdc, live.owner, type(uint256).max, false);
        assertTrue(_debt() * 100 / before_ >= 40, "about half left of the large one");
    }

    /* LIQUIDITY */

    function testTopUpIsRefusedAbove95PercentUtilisationOnly() public {
        _healthTo(1.1e18);
        uint256 state = vm.snapshotState();
        _lendOut(9_510);
        _topUpFails(_units(weth, 5_000), "ReserveDrained(address,uint256,uint256)");
        vm.revertToState(state);
        _lendOut(9_490);
        _topUpPasses(_units(weth, 5_000));
    }

    /// @dev Nothing can be withdrawn from a reserve that is lent out, nor flash-borrowed; aTokens still move.
    function testAnIlliquidReserveStillFillsInATokens() public {
        _healthTo(1.1e18);
        _lendOut(9_999);
        uint256 before_ = aTokenOf[weth].balanceOf(HONEST);
        _fillPasses(_fillTo(1.3e18));
        uint256 got = aTokenOf[weth].balanceOf(HONEST) - before_;
        assertTrue(got > 0, "paid in aTokens");
        vm.prank(HONEST);
        (bool done,) = address(pool).call(abi.encodeCall(pool.withdraw, (weth, type(uint128).max, HONEST)));
        assertTrue(!done, "no withdrawal");
    }

    function testRepayingTheReserveThatLendsInsideItsFlashLoanWorks() public {
        RepayingBorrower borrower = new RepayingBorrower(pool, live.owner);
        _give(usdc, address(borrower), 1_010e6);
        uint256 before_ = _debt();
        pool.flashLoanSimple(address(borrower), usdc, 1_000e6, "", 0);
        assertTrue(before_ - _debt() + 2 >= 1_000e6, "repaid");
    }

    /* NAMES */

    function testThePoolNamesATokenAndDebtTokenOfListedAssetsOnly() public view {
        assertTrue(pool.getReserveAToken(weth) != address(0) && pool.getReserveVariableDebtToken(weth) != address(0), "listed");
        assertTrue(pool.getReserveAToken(STRANGER) == address(0), "not listed");
    }

    /* WITHOUT A PRICE */

    /// @dev The account view itself reverts, so nothing can act until there is a price again.
    function testAtCollateralPriceZeroAaveItselfRefusesEverything() public {
        _setPrice(weth, 0);
        (bool done,) = _repayBy(HONEST, 1_000e6);
        assertTrue(!done, "no account view, no rescue");
        (done,) = _fillBy(HONEST, 1_000e6, 1e18);
        assertTrue(!done, "no account view, no fill");
    }

    /* INTERNAL */

    /// @dev REPAY and FILL, each from the same state.
    function _eachAlone(uint256 repayment, uint256 fill) private {
        uint256 state = vm.snapshotState();
        _repayPasses(repayment);
        vm.revertToState(state);
        _fillPasses(fill);
    }

    /// @dev A mandate of the first loan's owner for another collateral.
    function _mandateFor(address collateral) private {
        live = _mandate(WETH_USDC);
        live.collateral = collateral;
        live.prev = guard.prevOf(live.owner, collateral, usdc);
        _sign(live, WETH_USDC);
    }

    /// @dev Somebody borrows WETH until that part of its reserve is lent out.
    function _lendOut(uint256 bps) private {
        address big = address(0xB16);
        uint256 total = pool.getVirtualUnderlyingBalance(weth) + debtTokenOf[weth].totalSupply();
        _supply(wbtc, big, _units(wbtc, 1_000_000_000));
        _borrow(weth, big, total * bps / 10_000 - debtTokenOf[weth].totalSupply());
    }
}
