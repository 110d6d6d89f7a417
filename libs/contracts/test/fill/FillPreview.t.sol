// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../../solidity/guard/Mandate.sol";
import {GuardActions} from "../../solidity/guard/GuardActions.sol";
import {Actions} from "../../solidity/guard/Terms.sol";
import {AmountRule} from "../../solidity/libraries/AmountRule.sol";
import {FillFixture} from "./FillFixture.sol";

/// @notice What `preview` says of FILL.
contract FillPreviewTest is FillFixture {
    function testItTellsWhatAFillCouldMove() public {
        GuardActions.Preview memory p = guard.preview(live);
        assertEq(p.maxFill, FILL_PER_DAY, "the budget is less than the debt");
        assertEq(p.maxOut, 10e18, "collateral");
        assertEq(p.budgetLeft, FILL_PER_DAY, "budget");
        venue.setDebt(owner, address(usd), 9_000e18);
        assertEq(guard.preview(live).maxFill, 9_000e18, "the debt is less than the budget");
        _approveCollateral(3e18);
        assertEq(guard.preview(live).maxOut, 3e18, "what is approved");
        _approveCollateral(30e18);
        assertEq(guard.preview(live).maxOut, 10e18, "what is there");
    }

    function testWithoutCollateralToReleaseNothingCanBeFilled() public {
        _approveCollateral(0);
        GuardActions.Preview memory p = guard.preview(live);
        assertEq(p.maxFill + p.maxOut, 0, "nothing");
        assertEq(bytes32(p.fillReason), bytes32(0), "though the prices are good");
    }

    function testAMandateWithoutFillSaysNothingOfIt() public {
        Mandate memory m = live;
        m.actions = Actions.REPAY;
        _replaceBy(m);
        GuardActions.Preview memory p = guard.preview(live);
        assertEq(p.maxFill + p.maxOut + p.budgetLeft, 0, "nothing");
        wethFeed.set(0, NOW, NOW);
        assertEq(bytes32(guard.preview(live).fillReason), bytes32(0), "and asks for no price");
    }

    function testAFillAloneIsEnoughForThereToBeNoReason() public {
        Mandate memory m = live;
        m.actions = Actions.FILL;
        _replaceBy(m);
        assertEq(bytes32(guard.preview(live).reason), bytes32(0), "can be filled");
        wethFeed.set(0, NOW, NOW);
        assertEq(bytes32(guard.preview(live).reason), bytes32(AmountRule.NothingToMove.selector), "cannot");
    }

    function testFuzzWhatPreviewNamesCanBeDone(uint256 price, uint256 approved) public {
        venue.setPrice(address(weth), bound(price, 2_420, 2_880));
        _approveCollateral(bound(approved, 0, 11e18));
        GuardActions.Preview memory p = guard.preview(live);
        venue.script(p.healthFactor, MIN_HF);
        if (p.maxFill == 0) return;
        uint256 price_ = venue.priceOf(address(weth));
        uint256 out = _worth(p.maxFill, 0, price_);
        _doFill(1, p.maxFill, out);
        assertTrue(_paidOut() == out || _paidOut() == p.maxOut, "all that was named, on the side that is less");
    }
}
