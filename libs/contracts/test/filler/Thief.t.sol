// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveFiller} from "../../solidity/filler/AaveFiller.sol";
import {Filler} from "../../solidity/filler/Filler.sol";
import {Mandate} from "../../solidity/guard/Mandate.sol";
import {MandateRegistry} from "../../solidity/guard/MandateRegistry.sol";
import {IKeepers} from "../../solidity/interfaces/IKeepers.sol";
import {Keepers} from "../../solidity/Keepers.sol";
import {FillerFixture} from "./FillerFixture.sol";

/// @notice Lets anyone do anything and calls every price good.
contract YesKeepers is IKeepers {
    function isKeeper(address) external pure returns (bool) {
        return true;
    }

    function requirePriceOk(bytes32, address, address) external pure {}
}

/// @notice Says yes once the caller is the filler, and tries to call back in while it is asked.
contract CallingKeepers is IKeepers {
    address public target;
    bytes public data;
    bool public wentThrough;

    function setHook(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function isKeeper(address) external view returns (bool) {
        (bool done,) = target.staticcall(data);
        require(!done, "the call from inside went through");
        return true;
    }

    function requirePriceOk(bytes32, address, address) external pure {}
}

/// @notice What a thief with a mandate, a position and a keepers contract of his own can do with the filler: move his own money.
contract FillerThiefTest is FillerFixture {
    uint256 private constant THIEF_KEY = 0x7417;
    address private thief = vm.addr(THIEF_KEY);

    function _thiefsMandate(address keepers_) private returns (Mandate memory m) {
        m = live;
        m.owner = thief;
        m.keepers = keepers_;
        m.prev = guard.prevOf(thief, m.collateral, m.debt);
        pool.open(thief, address(weth), 10e18, address(usd), DEBT);
        guard.activate(m, _signature(m, THIEF_KEY));
        vm.startPrank(thief);
        _aToken().approve(address(guard), 10e18);
        vm.stopPrank();
    }

    function testHisOwnKeepersDoNotOpenAnothersMandate() public {
        AaveFiller.Order memory o = _order(AAVE);
        o.m.keepers = address(new YesKeepers());
        bytes32 given = guard.hashMandate(o.m);
        bytes32 active = guard.hashMandate(live);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(MandateRegistry.NotActive.selector, given, active));
        filler.fill(o);
    }

    function testHisOwnMandateMovesHisOwnMoneyOnly() public {
        AaveFiller.Order memory o = _order(MORPHO);
        o.m = _thiefsMandate(address(new YesKeepers()));
        uint256 ownersDebt = _debt();
        uint256 ownersCollateral = _collateral();
        vm.prank(thief);
        filler.fill(o);
        assertEq(_debt(), ownersDebt, "the owner's debt");
        assertEq(_collateral(), ownersCollateral, "the owner's collateral");
        assertEq(usd.balanceOf(thief), KEEPS, "his own gain from his own position");
        _assertNothingLeft();
    }

    function testHeLeavesNoAllowanceAndNoBalanceForLater() public {
        AaveFiller.Order memory o = _order(AAVE);
        o.m = _thiefsMandate(address(new YesKeepers()));
        router.setLeaves(1e18);
        router.setPrice(6_000);
        vm.prank(thief);
        filler.fill(o);
        _assertNothingLeft();
    }

    function testAskingTheKeepersContractLetsNothingIn() public {
        CallingKeepers calling = new CallingKeepers();
        AaveFiller.Order memory o = _order(AAVE);
        o.m = _thiefsMandate(address(calling));
        calling.setHook(address(filler), abi.encodeCall(filler.fill, (o)));
        vm.prank(thief);
        filler.fill(o);
        _assertNothingLeft();
    }

    function testNoFillerCanBeLedIntoRemovingItself() public {
        // The one call whose target the order chooses goes to a router of the list.
        AaveFiller.Order memory o = _order(AAVE);
        o.router = address(keepers);
        _reverts(o, abi.encodeWithSelector(Filler.UnknownRouter.selector, address(keepers)));
        vm.prank(address(filler));
        vm.expectRevert(abi.encodeWithSelector(Keepers.MayNotRemove.selector, address(filler), address(filler)));
        keepers.remove(address(filler));
    }

    function testAKeeperTakesNoMoreThanTheGuardAllows() public {
        // A thief with the keeper's key and a route of his own: everything that the sale brings, and no more.
        AaveFiller.Order memory o = _order(MORPHO);
        o.out = 2.02e18;
        o.keeps = 54e18;
        _run(o);
        assertEq(usd.balanceOf(KEEPER), LOAN * MAX_COST_BPS / 10_000, "what he took");
        assertEq(_debt(), DEBT - LOAN, "debt");
        _assertNothingLeft();
    }
}
