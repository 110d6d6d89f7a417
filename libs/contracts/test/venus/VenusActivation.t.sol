// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../../solidity/guard/Mandate.sol";
import {MandateRegistry} from "../../solidity/guard/MandateRegistry.sol";
import {Ceilings} from "../../solidity/guard/Terms.sol";
import {VenusGuard} from "../../solidity/guard/VenusGuard.sol";
import {IVenusComptroller} from "../../solidity/interfaces/IVenus.sol";
import {Signature} from "../../solidity/libraries/Signature.sol";
import {VenusFixture} from "./VenusFixture.sol";

/// @notice A stand-in for an older market of the chain's own coin: whatever it is asked, it takes for a supply.
contract CoinMarketStandIn {
    uint256 private _supplies;

    function isVToken() external pure returns (bool) {
        return true;
    }

    fallback() external {
        _supplies++;
    }
}

/// @notice A mandate for two markets of Venus.
contract VenusActivationTest is VenusFixture {
    function testEveryFieldIsUnderTheSignatureAndMustBeTheSameToAct() public {
        bytes32 live = guard.hashMandate(_mandate());
        for (uint256 field = 0; field < 12; field++) {
            Mandate memory signed = _mandate();
            signed.prev = guard.prevOf(owner, signed.collateral, signed.debt);
            bytes memory signature = _signature(signed, OWNER_KEY);
            Mandate memory altered = _altered(signed, field);
            vm.expectPartialRevert(Signature.WrongSigner.selector);
            guard.activate(altered, signature);

            altered = _altered(_mandate(), field);
            _repayReverts(
                altered,
                1,
                2_000e6,
                abi.encodeWithSelector(
                    MandateRegistry.NotActive.selector, guard.hashMandate(altered), field < 3 ? bytes32(0) : live
                )
            );
        }
    }

    function testFillIsNotOffered() public {
        for (uint8 actions = 4; actions < 8; actions++) {
            Mandate memory m = _mandate();
            m.actions = actions;
            _refused(m, abi.encodeWithSelector(Ceilings.UnknownActions.selector, actions));
        }
    }

    function testBothMarketsAreListedAndHaveAToken() public {
        Mandate memory m = _mandate();
        m.collateral = address(weth);
        _refused(m, abi.encodeWithSelector(VenusGuard.NotListed.selector, address(weth)));
        m = _mandate();
        m.debt = STRANGER;
        _refused(m, abi.encodeWithSelector(VenusGuard.NotListed.selector, STRANGER));
        m = _mandate();
        m.debt = m.collateral;
        _refused(m, abi.encodeWithSelector(Ceilings.SameAsset.selector, m.collateral));

        // The market of the chain's own coin is listed and has no token; older ones lack the function as well.
        address vBnb =
            _deploy("VBNB", abi.encode(address(comptroller), rates, 2e26, "Venus BNB", "vBNB", 8, address(this)));
        comptroller._supportMarket(vBnb);
        m = _mandate();
        m.collateral = vBnb;
        _refused(m, abi.encodeWithSelector(VenusGuard.NoUnderlying.selector, vBnb));
        m = _mandate();
        m.debt = vBnb;
        _refused(m, abi.encodeWithSelector(VenusGuard.NoUnderlying.selector, vBnb));
        CoinMarketStandIn older = new CoinMarketStandIn();
        comptroller._supportMarket(address(older));
        m.debt = address(older);
        _refused(m, abi.encodeWithSelector(VenusGuard.NoUnderlying.selector, address(older)));
    }

    function testTheVenueOfAGuardIsAContract() public {
        vm.expectRevert(abi.encodeWithSelector(VenusGuard.VenueNotContract.selector, STRANGER));
        new VenusGuard(IVenusComptroller(STRANGER));
    }

    /* STEPS */

    function _refused(Mandate memory m, bytes memory data) private {
        m.prev = guard.prevOf(owner, m.collateral, m.debt);
        bytes memory signature = _signature(m, OWNER_KEY);
        vm.expectRevert(data);
        guard.activate(m, signature);
    }

    function _altered(Mandate memory original, uint256 field) private pure returns (Mandate memory m) {
        m = abi.decode(abi.encode(original), (Mandate));
        if (field == 0) m.owner = STRANGER;
        if (field == 1) m.collateral = m.debt;
        if (field == 2) m.debt = m.collateral;
        if (field == 3) m.actions = 2;
        if (field == 4) m.triggerHf += 1;
        if (field == 5) m.minHf += 1;
        if (field == 6) m.maxHf += 1;
        if (field == 7) m.maxCostBps += 1;
        if (field == 8) m.fillPerDay += 1;
        if (field == 9) m.keepers = STRANGER;
        if (field == 10) m.expiry += 1;
        if (field == 11) m.prev = bytes32(uint256(m.prev) + 1);
    }
}
