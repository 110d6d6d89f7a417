// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {OneLoan} from "./support/OneLoan.sol";

/// @notice Attacks on the rescue and on its price, one test each, on the real market. The names are the attacks'.
contract AttacksTest is OneLoan {
    /* AGAINST THE RESCUE */

    /// @dev A thief who could act by little, again and again, would use up whatever is counted by calls.
    function testFuzzPinningByTinyActions(uint256 units, uint256 kind, uint8 times) public {
        _healthTo(1.1e18);
        for (uint256 i = 0; i < times % 8; i++) {
            uint256 max = bound(uint256(keccak256(abi.encode(units, i))), 1, 1_000);
            uint256 which = uint256(keccak256(abi.encode(kind, i))) % 3;
            bool done;
            if (which == 0) (done,) = _repayBy(THIEF, max);
            else if (which == 1) (done,) = _topUpBy(THIEF, max);
            else (done,) = _fillBy(THIEF, max, _ceiling(max));
            assertTrue(!done, "a tiny action");
        }
        (,,, uint256 seq,, uint256 used) = guard.position(live.owner, weth, usdc);
        assertTrue(seq == 0 && used == 0, "nothing counted");
        uint256 state = vm.snapshotState();
        _repayPasses(_repayTo(1.3e18));
        vm.revertToState(state);
        _fillPasses(_fillTo(1.3e18));
    }

    /// @dev A stranger gives the thief something to act with: dust in the wallet, taken whole, is exempt from the band.
    function testFuzzPinningByGiftsOfDust(uint256 units, uint8 times) public {
        _healthTo(1.1e18);
        _approve(weth, live.owner, address(guard), type(uint128).max);
        uint256 wallet = _wallet(weth);
        vm.prank(live.owner);
        (bool moved,) = weth.call(abi.encodeWithSignature("transfer(address,uint256)", STRANGER, wallet));
        assertTrue(moved, "emptied");
        for (uint256 i = 0; i < times % 8; i++) {
            _give(weth, live.owner, bound(units, 1e9, 1e15));
            _topUpBy(THIEF, type(uint256).max);
        }
        _fillPasses(_fillTo(1.3e18));
    }

    function testFuzzDonationInTheSameBlock(uint256 toWallet, uint256 ofATokens, uint256 repaid) public {
        _healthTo(1.1e18);
        (uint256 repayment, uint256 fill) = (_repayTo(1.3e18), _fillTo(1.3e18));
        uint256 out = _ceiling(fill);
        _give(usdc, live.owner, bound(toWallet, 0, 1_000e6));
        uint256 aTokens = bound(ofATokens, 1, 1e15);
        vm.prank(CROWD);
        aTokenOf[weth].transfer(live.owner, aTokens);
        _repayAsStranger(bound(repaid, 2, 10e6));
        uint256 state = vm.snapshotState();
        _repayPasses(repayment);
        vm.revertToState(state);
        (bool done, bytes memory data) = _fillBy(HONEST, fill, out);
        _passes(done, data);
    }

    /// @dev Two units repaid by a stranger, just before a fill of almost or exactly all the debt.
    function testFuzzTwoUnitsRepaidBeforeAFillOfAllTheDebt(uint256 lessThanAll) public {
        live = _mandate(WETH_USDC);
        live.fillPerDay = 40_000e6;
        _sign(live, WETH_USDC);
        // The other debt of this account goes first, so that there is nothing left afterwards.
        _give(dai, live.owner, 3_000e18);
        _approve(dai, live.owner, address(pool), 3_000e18);
        vm.prank(live.owner);
        pool.repay(dai, 2_999e18, VARIABLE, live.owner);
        _healthTo(1.1e18);
        uint256 max = _debt() - bound(lessThanAll, 0, 1);
        uint256 out = _ceiling(max);
        _repayAsStranger(2);
        (bool done, bytes memory data) = _fillBy(HONEST, max, out);
        _passes(done, data);
        assertEq(_debt(), 0, "nothing owed");
    }

    function testDuplicateInOneBlock() public {
        _healthTo(1.1e18);
        uint256 fill = _fillTo(1.3e18);
        uint256 out = _ceiling(fill);
        (bool done, bytes memory data) = _fillBy(HONEST, fill, out);
        _passes(done, data);
        (done, data) = _fillBy(HONEST, fill, out);
        _fails(done, data, "NotTriggered(uint256,uint256)");
        (done, data) = _fillBy(THIEF, fill, out);
        _fails(done, data, "NotTriggered(uint256,uint256)");
    }

    /// @dev Where nothing could be released and nothing is asked for, a fill is a payment out of the thief's own pocket, as anyone may
    /// make on Aave. It may end below the band and be sent again; each unit of the day budget that it uses is a unit that
    /// the owner owes less.
    function testFuzzAFillOfNothingForNothingIsAGift(uint256 amount, uint8 times) public {
        _healthTo(1.1e18);
        vm.prank(live.owner);
        aTokenOf[weth].approve(address(guard), 0);
        amount = bound(amount, 1e3, 200e6);
        (uint256 debt, uint256 held, uint256 left) = (_debt(), _held(), guard.preview(live).budgetLeft);
        uint256 given;
        for (uint256 i = 0; i < times % 6; i++) {
            (bool done, bytes memory data) = _fillBy(THIEF, amount, 0);
            _passes(done, data);
            given += amount;
        }
        assertTrue(debt - _debt() + 12 >= given, "owed less, by all of it");
        assertEq(_held(), held, "nothing released");
        assertTrue(left - guard.preview(live).budgetLeft <= given + 6, "budget used");
        uint256 rest = _repayTo(1.3e18);
        _repayPasses(rest);
    }

    /* WHOLE AMOUNTS */

    function testWholeDebtByRepay() public {
        _give(usdc, live.owner, 20_000e6);
        _approve(usdc, live.owner, address(guard), type(uint128).max);
        _healthTo(1.1e18);
        _repayPasses(type(uint256).max);
        assertEq(_debt(), 0, "nothing owed");
        assertTrue(_health(live.owner) > live.maxHf, "above the band, and may be");
    }

    function testWholeDebtByFill() public {
        live = _mandate(WETH_USDC);
        live.fillPerDay = 40_000e6;
        _sign(live, WETH_USDC);
        _healthTo(1.1e18);
        uint256 debt = _debt();
        (bool done, bytes memory data) = _fillBy(HONEST, debt, _ceiling(debt));
        _passes(done, data);
        assertEq(_debt(), 0, "nothing owed");
    }

    /// @dev Of an account that owes nothing else the last unit goes too, and the health has no upper end.
    function testFuzzWholeAllowance(uint256 allowed) public {
        _healthTo(1.1e18);
        allowed = bound(allowed, 1e6, 1_000e6);
        _approve(usdc, live.owner, address(guard), allowed);
        uint256 before_ = _debt();
        _repayPasses(_repayTo(1.3e18));
        assertTrue(before_ - _debt() + 2 >= allowed, "all that was approved");
        assertTrue(_health(live.owner) < live.minHf, "below the band, and may be");
        _repayFails(_repayTo(1.3e18), "NothingToMove(uint256,uint256,uint256)");
    }

    function testFuzzWholeAllowanceOfATokens(uint256 allowed) public {
        _healthTo(1.1e18);
        allowed = bound(allowed, 1e15, 1e18);
        aTokenOf[weth].allowance(live.owner, address(guard));
        vm.prank(live.owner);
        aTokenOf[weth].approve(address(guard), allowed);
        uint256 before_ = _held();
        _fillPasses(_fillTo(1.3e18));
        assertTrue(before_ - _held() <= allowed + 2 && before_ - _held() + 2 >= allowed, "all that was approved");
        _fillFails(_fillTo(1.3e18), "NothingReleasable(address)");
    }

    /* THE MARKET */

    /// @dev One unit given before the first supply, and the supply does not switch the collateral on.
    function testFirstSupplyDonation() public {
        live = _mandate(WETH_USDC);
        live.collateral = wbtc;
        live.prev = guard.prevOf(live.owner, wbtc, usdc);
        _sign(live, WETH_USDC);
        vm.prank(CROWD);
        aTokenOf[wbtc].transfer(live.owner, 1);
        _setPrice(weth, int256(_price(weth) * 1.1e18 / _health(live.owner)));
        _give(wbtc, live.owner, 1e8);
        _approve(wbtc, live.owner, address(guard), 1e8);
        _topUpFails(1e7, "CollateralNotEnabled(address)");
        // What the wallet holds still saves the loan.
        _repayPasses(_repayTo(1.3e18));
    }

    /// @dev A stranger gives two units of an asset; governance later takes its LTV away. REPAY stays.
    function testForcedLtvZeroCollateral() public {
        _give(aged8, STRANGER, 2);
        _approve(aged8, STRANGER, address(pool), 2);
        address owner = live.owner;
        vm.prank(STRANGER);
        pool.supply(aged8, 2, owner, 0);
        vm.prank(admin);
        configurator.configureReserveAsCollateral(aged8, 0, 8_000, 10_500);
        _healthTo(1.1e18);
        _fillFails(_fillTo(1.3e18), "LtvValidationFailed()");
        _repayPasses(_repayTo(1.3e18));
    }

    /// @dev The oracle still says what the market no longer pays. What the owner loses is the formula, to the unit.
    function testFuzzStalePriceFill(uint256 gap, uint256 collateralGains) public {
        _healthTo(1.1e18);
        gap = bound(gap, 0, 1_000);
        uint256 fill = _fillTo(1.25e18);
        (uint256 debt, uint256 held) = (_debt(), _held());
        (bool done, bytes memory data) = _fillBy(THIEF, fill, _ceiling(fill));
        _passes(done, data);

        // The market's prices over the oracle's: the collateral's is higher, or the debt's is lower.
        (uint256 collateralBps, uint256 debtBps) =
            collateralGains % 2 == 0 ? (10_000 + gap, uint256(10_000)) : (uint256(10_000), 10_000 - gap);
        uint256 gave = (held - _held()) * _price(weth) * collateralBps / 1e18;
        uint256 got = (debt - _debt()) * _price(usdc) * debtBps / 1e6;
        uint256 formula = fill * _price(usdc) * (10_100 * collateralBps - 10_000 * debtBps) / (1e6 * 10_000);
        // Three units of the debt, in dollars of twelve decimals.
        uint256 rounding = 3e6;
        assertTrue(gave - got <= formula + rounding, "no more than the formula");
        assertTrue(gave - got + rounding >= formula, "and no less: this is what the price of a lag is");
    }

    /* INTERNAL */

    function _repayAsStranger(uint256 amount) private {
        _give(usdc, STRANGER, amount);
        _approve(usdc, STRANGER, address(pool), amount);
        address owner = live.owner;
        vm.prank(STRANGER);
        pool.repay(usdc, amount, VARIABLE, owner);
    }
}
