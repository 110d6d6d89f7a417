// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveFiller} from "../../solidity/filler/AaveFiller.sol";
import {Mandate} from "../../solidity/guard/Mandate.sol";
import {IAaveGuardFill} from "../../solidity/interfaces/IGuardFill.sol";
import {IFeed} from "../../solidity/interfaces/IFeed.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {Keepers} from "../../solidity/Keepers.sol";
import {GuardFixture} from "../support/GuardFixture.sol";
import {MockLedger, MockVenue} from "../support/MockVenue.sol";
import {LendingVenue, MockMorphoLender} from "./MockLenders.sol";
import {MockRouter} from "./MockRouter.sol";

/// @notice The loan of `GuardFixture`, all its collateral approved, under a mandate whose keepers are KEEPER and the filler. The
/// router sells at the oracle's price.
abstract contract FillerFixture is GuardFixture {
    uint8 internal constant AAVE = 0;
    uint8 internal constant MORPHO = 1;

    /// 5,400 USD for 2.01 WETH: what 2 WETH are worth, and 0.5% on top.
    uint256 internal constant LOAN = 5_400e18;
    uint256 internal constant OUT = 2.01e18;
    uint256 internal constant SOLD_FOR = 5_427e18;
    uint256 internal constant AAVE_PREMIUM = 2.7e18;
    uint256 internal constant KEEPS = 10e18;

    LendingVenue internal pool;
    MockMorphoLender internal morpho;
    MockRouter internal router;
    AaveFiller internal filler;
    Mandate internal live;

    function setUp() public virtual override {
        super.setUp();
        morpho = new MockMorphoLender();
        router = new MockRouter();
        filler = new AaveFiller(IAaveGuardFill(address(guard)), _one(address(router)), address(morpho));
        _approveCollateral(10e18);
        keepers = _keepersWith(address(filler));
        _makeLive(_mandate());
    }

    function _newVenue() internal override returns (MockVenue) {
        return pool = new LendingVenue();
    }

    function _keepersWith(address filler_) internal returns (Keepers) {
        address[] memory list = new address[](2);
        (list[0], list[1]) = (KEEPER, filler_);
        return new Keepers(REMOVER, list, _one(KEEPER), _pairs(), IFeed(address(0)));
    }

    function _makeLive(Mandate memory m) internal {
        m.prev = guard.prevOf(m.owner, m.collateral, m.debt);
        _activate(m);
        live = m;
    }

    function _order(uint8 lender) internal view returns (AaveFiller.Order memory) {
        return AaveFiller.Order({
            m: live,
            min: 1,
            max: LOAN,
            out: OUT,
            deadline: DEADLINE,
            lender: lender,
            router: address(router),
            path: abi.encodePacked(address(weth), uint24(500), address(usd)),
            keeps: KEEPS
        });
    }

    function _run(AaveFiller.Order memory o) internal {
        vm.prank(KEEPER);
        filler.fill(o);
    }

    function _reverts(AaveFiller.Order memory o, bytes memory data) internal {
        vm.prank(KEEPER);
        vm.expectRevert(data);
        filler.fill(o);
    }

    /// @dev Between transactions the filler holds nothing and nobody may take anything from it.
    function _assertNothingLeft() internal view {
        address[5] memory tokens = [
            address(usd),
            address(weth),
            venue.getReserveAToken(address(weth)),
            venue.getReserveAToken(address(usd)),
            venue.getReserveVariableDebtToken(address(usd))
        ];
        address[4] memory spenders = [address(guard), address(router), address(venue), address(morpho)];
        for (uint256 i = 0; i < tokens.length; i++) {
            assertEq(IToken(tokens[i]).balanceOf(address(filler)), 0, "balance of the filler");
            assertEq(IToken(tokens[i]).balanceOf(address(guard)), 0, "balance of the guard");
            for (uint256 j = 0; j < spenders.length; j++) {
                assertEq(IToken(tokens[i]).allowance(address(filler), spenders[j]), 0, "allowance of the filler");
            }
        }
    }

    function _aToken() internal view returns (MockLedger) {
        return MockLedger(venue.getReserveAToken(address(weth)));
    }
}
