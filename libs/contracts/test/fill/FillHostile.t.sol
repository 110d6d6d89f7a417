// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {FillAction} from "../../solidity/guard/FillAction.sol";
import {GuardActions} from "../../solidity/guard/GuardActions.sol";
import {Mandate} from "../../solidity/guard/Mandate.sol";
import {IKeepers} from "../../solidity/interfaces/IKeepers.sol";
import {TransientLock} from "../../solidity/libraries/TransientLock.sol";
import {Worth} from "../../solidity/libraries/Worth.sol";
import {
    BlocklistToken,
    FalseReturningToken,
    FeeOnTransferToken,
    HookToken,
    MockToken,
    NoReturnToken
} from "../support/MockTokens.sol";
import {FillFixture} from "./FillFixture.sol";

contract FeeOnTransferFillTest is FillFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new FeeOnTransferToken();
    }

    function testATokenThatDeliversLessReverts() public {
        _fillReverts(
            1,
            5_400e18,
            2e18,
            abi.encodeWithSelector(
                GuardActions.InexactTransfer.selector, address(usd), 5_400e18, 5_400e18, 5_346e18
            )
        );
    }
}

contract FalseReturningFillTest is FillFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new FalseReturningToken();
    }

    function testATokenThatSaysFalsePaysForNothing() public {
        _fillReverts(
            1,
            5_400e18,
            2e18,
            abi.encodeWithSelector(GuardActions.InexactTransfer.selector, address(usd), 5_400e18, 0, 0)
        );
    }
}

contract NoReturnFillTest is FillFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return MockToken(address(new NoReturnToken()));
    }

    function testATokenThatReturnsNothingAndApprovesFromZeroOnlyWorksTwice() public {
        _doFill(1, 5_400e18, 2e18);
        _reopen(2_650);
        _doFill(1, 6_400e18, 2.4e18);
        assertEq(_paidIn(), 11_800e18, "paid in");
        assertEq(usd.allowance(address(guard), address(venue)), 0, "allowance");
    }
}

contract BlocklistFillTest is FillFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new BlocklistToken();
    }

    function testTheTokensErrorComesThroughUnchanged() public {
        BlocklistToken(address(usd)).setBlocked(KEEPER);
        _fillReverts(
            1, 5_400e18, 2e18, abi.encodeWithSelector(BlocklistToken.Blocked.selector, KEEPER, "on the list")
        );
    }
}

/// @notice A keepers contract that calls the guard back when it is asked.
contract ReentrantKeepers is IKeepers {
    address private immutable _guard;
    bytes private _data;

    constructor(address guard) {
        _guard = guard;
    }

    function setHook(bytes calldata data) external {
        _data = data;
    }

    function isKeeper(address) external pure returns (bool) {
        return true;
    }

    /// @dev The guard asks with a static call, in which nothing can be changed; the answer tells what came of it.
    function requirePriceOk(bytes32, address, address) external view {
        (bool done,) = _guard.staticcall(_data);
        require(!done, "the call from inside went through");
    }
}

contract ReentrantFillTest is FillFixture {
    function _newDebtToken() internal override returns (MockToken) {
        return new HookToken();
    }

    function testNoStateChangingFunctionCanBeReenteredFromTheTokenThatIsPaidIn() public {
        bytes[8] memory calls = _calls();
        for (uint256 i = 0; i < calls.length; i++) {
            HookToken(address(usd)).setHook(address(guard), calls[i]);
            _fillsOnce();
            _assertRefused(HookToken(address(usd)).answer());
        }
    }

    function testNorFromTheVenueThatIsRepaidOrPaysOut() public {
        bytes[8] memory calls = _calls();
        for (uint256 i = 0; i < calls.length; i++) {
            venue.setHook(address(guard), calls[i]);
            _fillsOnce();
            _assertRefused(venue.answer());
        }
    }

    function testNorFromTheKeepersContract() public {
        ReentrantKeepers own = new ReentrantKeepers(address(guard));
        Mandate memory m = live;
        m.keepers = address(own);
        _replaceBy(m);
        bytes[8] memory calls = _calls();
        for (uint256 i = 0; i < calls.length; i++) {
            own.setHook(calls[i]);
            _fillsOnce();
        }
    }

    function _fillsOnce() private {
        _reopen(2_700);
        vm.warp(block.timestamp + 1 days);
        wethFeed.set(2_700, block.timestamp, block.timestamp);
        usdFeed.set(1, block.timestamp, block.timestamp);
        _doFill(1, 5_400e18, 2e18);
        assertEq(_debt(), DEBT - 5_400e18, "one fill");
        assertEq(_collateral(), 8e18, "paid out once");
    }

    function _calls() private view returns (bytes[8] memory) {
        Mandate memory m = live;
        bytes memory signature = _signature(m, OWNER_KEY);
        return [
            abi.encodeCall(guard.fill, (m, 1, 2_000e18, 0.5e18, type(uint40).max)),
            abi.encodeCall(guard.repay, (m, 1, 2_000e18, type(uint40).max)),
            abi.encodeCall(guard.topUp, (m, 1, 2e18, type(uint40).max)),
            abi.encodeCall(guard.activate, (m, signature)),
            abi.encodeCall(guard.set, (m)),
            abi.encodeCall(guard.revoke, (address(weth), address(usd))),
            abi.encodeCall(guard.revokeAll, ()),
            abi.encodeCall(guard.revokeAllBySig, (owner, signature))
        ];
    }

    function _assertRefused(bytes memory answer) private pure {
        assertEq(answer.length, 4, "a bare selector");
        assertEq(bytes32(answer), bytes32(TransientLock.Reentered.selector), "refused from inside");
    }
}

/// @notice The price ceiling between tokens of any decimals, against the same in exact fractions.
contract WorthTest is FillFixture {
    function testFuzzWorthIsExactAndRoundedDown(
        uint256 amount,
        uint256 priceIn,
        uint256 priceOut,
        uint256 decimals,
        uint256 cost
    ) public pure {
        uint8[5] memory all = [2, 6, 8, 18, 27];
        (uint8 decimalsIn, uint8 decimalsOut) = (all[decimals % 5], all[(decimals / 5) % 5]);
        amount = bound(amount, 0, 1e9 * 10 ** decimalsIn);
        (priceIn, priceOut) = (bound(priceIn, 1, 1e13), bound(priceOut, 1, 1e13));
        cost = bound(cost, 0, 500);
        uint256 got = Worth.convert(amount, priceIn, decimalsIn, priceOut, decimalsOut, 10_000 + cost, 10_000);

        // got / 10^out x priceOut <= amount / 10^in x priceIn x (1 + cost) < (got + 1) / 10^out x priceOut, without the common powers.
        uint256 left = got * priceOut * 10_000;
        uint256 step = priceOut * 10_000;
        uint256 right = amount * priceIn * (10_000 + cost);
        if (decimalsOut >= decimalsIn) right *= 10 ** (decimalsOut - decimalsIn);
        else (left, step) = (left * 10 ** (decimalsIn - decimalsOut), step * 10 ** (decimalsIn - decimalsOut));
        assertTrue(left <= right && right < left + step, "the largest that is not more");
    }

    function testTheCeilingHoldsForTokensOfAnyDecimals() public {
        uint8[5] memory all = [2, 6, 8, 18, 27];
        for (uint256 i = 0; i < 25; i++) {
            (uint8 ofCollateral, uint8 ofDebt) = (all[i % 5], all[i / 5]);
            weth.setDecimals(ofCollateral);
            usd.setDecimals(ofDebt);
            // The venue's prices are those of whole tokens: 2,700 to 1.
            uint256 ceiling = 5_400e18 * 101 / 100 / 2_700 * 10 ** ofCollateral / 10 ** ofDebt;
            venue.script(1.1e18, MIN_HF);
            if (ceiling >= 10e18) continue;
            vm.prank(KEEPER);
            vm.expectPartialRevert(FillAction.CostTooHigh.selector);
            guard.fill(live, 1, 5_400e18, ceiling + 1, block.timestamp);
            uint256 snapshot = vm.snapshotState();
            _doFill(1, 5_400e18, ceiling);
            vm.revertToState(snapshot);
        }
    }
}
