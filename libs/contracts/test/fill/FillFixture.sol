// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../../solidity/guard/Mandate.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {GuardFixture} from "../support/GuardFixture.sol";
import {MockLedger} from "../support/MockVenue.sol";

/// @notice The loan of `GuardFixture` (10 WETH at 2,700 against 20,000 USD, health 1.1205), all collateral approved to the
/// guard, and a keeper with debt tokens of its own. One per cent is the most that a fill may cost.
abstract contract FillFixture is GuardFixture {
    uint256 internal constant CAPITAL = 100_000e18;

    Mandate internal live;

    function setUp() public virtual override {
        super.setUp();
        _approveCollateral(10e18);
        usd.mint(KEEPER, CAPITAL);
        vm.prank(KEEPER);
        IToken(address(usd)).approve(address(guard), CAPITAL);
        live = _mandate();
    }

    /// @dev Makes `m` the live mandate in place of the present one.
    function _replaceBy(Mandate memory m) internal {
        m.prev = guard.prevOf(m.owner, m.collateral, m.debt);
        _activate(m);
        live = m;
    }

    function _doFill(uint256 min, uint256 max, uint256 out) internal {
        vm.prank(KEEPER);
        guard.fill(live, min, max, out, block.timestamp);
    }

    function _fillReverts(uint256 min, uint256 max, uint256 out, bytes memory data) internal {
        vm.prank(KEEPER);
        vm.expectRevert(data);
        guard.fill(live, min, max, out, block.timestamp);
    }

    /// @dev What the owner's loan lost and what the keeper got, which must be the same.
    function _paidOut() internal view returns (uint256) {
        return MockLedger(venue.getReserveAToken(address(weth))).balanceOf(KEEPER);
    }

    function _paidIn() internal view returns (uint256) {
        return CAPITAL - usd.balanceOf(KEEPER);
    }

    /// @dev Collateral worth `repaid` and `costBps` of it on top, at `price`, rounded down.
    function _worth(uint256 repaid, uint256 costBps, uint256 price) internal pure returns (uint256) {
        return repaid * (10_000 + costBps) / (price * 10_000);
    }

    /// @dev The loan as it was at first, at another price.
    function _reopen(uint256 price) internal {
        venue.setPrice(address(weth), price);
        venue.open(owner, address(weth), 10e18, address(usd), DEBT);
        _approveCollateral(10e18);
    }

    function _budgetLeft() internal view returns (uint256) {
        return guard.preview(live).budgetLeft;
    }
}
