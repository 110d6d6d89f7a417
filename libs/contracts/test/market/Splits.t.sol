// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {OneLoan} from "./support/OneLoan.sol";

/// @notice Sixteenth promise: filling in parts costs the owner no more than filling at once.
contract SplitsTest is OneLoan {
    /// @dev In parts, a fill ends below the band; that is allowed where it takes all the aTokens approved, so the owner here
    /// approves part by part what the thief asks for.
    function testFuzzFillingInPartsCostsNoMore(uint256 seed, uint256 loan, uint256 parts) public {
        _use([WETH_USDC, WBTC_DAI, AGED, USDC_WETH][loan % 4]);
        _healthTo(1.1e18);
        // The last part too must find the loan below its trigger.
        uint256 total = _fillTo(1.195e18);
        parts = bound(parts, 2, 6);

        uint256 state = vm.snapshotState();
        (uint256 debt, uint256 held) = (_debt(), _held());
        _fillPart(total);
        (uint256 repaidAtOnce, uint256 paidAtOnce) = (debt - _debt(), held - _held());
        vm.revertToState(state);

        uint256 left = total;
        for (uint256 i = 0; i < parts; i++) {
            uint256 part = i + 1 == parts ? left : bound(uint256(keccak256(abi.encode(seed, i))), 0, left / 2);
            // Fewer units than these are lost in the venue's own rounding.
            if (part < 1_000) continue;
            _fillPart(part);
            left -= part;
        }
        uint256 paid = held - _held();
        uint256 repaid = debt - _debt();
        assertTrue(paid <= paidAtOnce + 3 * parts, "collateral paid");
        assertTrue(repaid + left + 3 * parts >= repaidAtOnce, "debt repaid");
        // In value: the ceiling of what was repaid.
        assertTrue(paid <= _ceiling(repaid + 3 * parts) + 3 * parts, "price");
    }

    function _fillPart(uint256 amount) private {
        uint256 out = _ceiling(amount);
        vm.prank(live.owner);
        aTokenOf[live.collateral].approve(address(guard), out);
        (bool done, bytes memory data) = _fillBy(THIEF, amount, out);
        _passes(done, data);
    }
}
