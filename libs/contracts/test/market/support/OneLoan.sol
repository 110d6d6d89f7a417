// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../../../solidity/guard/Mandate.sol";
import {IToken} from "../../../solidity/interfaces/IToken.sol";
import {Loans} from "./Loans.sol";

/// @notice One loan at a time: its live mandate, and calls by the honest keeper or the thief. Both hold every token and have
/// approved it to the guard.
abstract contract OneLoan is Loans {
    Mandate internal live;

    function setUp() public virtual {
        _openLoans();
        for (uint256 i = 0; i < assets.length; i++) {
            _give(assets[i], HONEST, _units(assets[i], 10_000_000));
            _give(assets[i], THIEF, _units(assets[i], 10_000_000));
            _approve(assets[i], HONEST, address(guard), type(uint256).max);
            _approve(assets[i], THIEF, address(guard), type(uint256).max);
        }
        _use(WETH_USDC);
    }

    /// @dev A fresh mandate for that loan, as its owner signs it now.
    function _use(uint256 index) internal {
        live = _activateNew(index);
    }

    function _sign(Mandate memory m, uint256 index) internal {
        guard.activate(m, _signature(m, loans[index].key));
        live = m;
    }

    /// @dev The collateral's price falls or rises until the account's health is about `hf`.
    function _healthTo(uint256 hf) internal {
        _setPrice(live.collateral, int256(_price(live.collateral) * hf / _health(live.owner)));
    }

    function _debt() internal view returns (uint256) {
        return debtTokenOf[live.debt].balanceOf(live.owner);
    }

    function _held() internal view returns (uint256) {
        return aTokenOf[live.collateral].balanceOf(live.owner);
    }

    function _wallet(address asset) internal view returns (uint256) {
        return IToken(asset).balanceOf(live.owner);
    }

    /* SIZES */

    /// @dev Debt that REPAY must repay for the health to end at `aim`.
    function _repayTo(uint256 aim) internal view returns (uint256) {
        (, uint256 owed,,,, uint256 hf) = pool.getUserAccountData(live.owner);
        return owed * (aim - hf) / aim * unitOf[live.debt] / _price(live.debt);
    }

    /// @dev Debt that FILL must repay, at its highest price, for the health to end at `aim`.
    function _fillTo(uint256 aim) internal view returns (uint256) {
        (, uint256 owed,,,, uint256 hf) = pool.getUserAccountData(live.owner);
        uint256 threshold = (pool.getConfiguration(live.collateral).data >> 16) & 0xffff;
        uint256 taken = threshold * (10_000 + live.maxCostBps) * 1e10;
        return owed * (aim - hf) / (aim - taken) * unitOf[live.debt] / _price(live.debt);
    }

    /// @dev The most collateral that the mandate lets go for `amount` of debt.
    function _ceiling(uint256 amount) internal view returns (uint256) {
        return amount * _price(live.debt) * unitOf[live.collateral] * (10_000 + live.maxCostBps)
            / (_price(live.collateral) * unitOf[live.debt] * 10_000);
    }

    /* CALLS */

    function _repayBy(address keeper, uint256 max) internal returns (bool done, bytes memory data) {
        return _by(keeper, abi.encodeCall(guard.repay, (live, 0, max, block.timestamp)));
    }

    function _topUpBy(address keeper, uint256 max) internal returns (bool done, bytes memory data) {
        return _by(keeper, abi.encodeCall(guard.topUp, (live, 0, max, block.timestamp)));
    }

    function _fillBy(address keeper, uint256 max, uint256 out) internal returns (bool done, bytes memory data) {
        return _by(keeper, abi.encodeCall(guard.fill, (live, 0, max, out, block.timestamp)));
    }

    function _by(address keeper, bytes memory call) internal returns (bool done, bytes memory data) {
        vm.prank(keeper);
        return address(guard).call(call);
    }

    /* EXPECTATIONS */

    function _passes(bool done, bytes memory data) internal pure {
        if (!done) {
            assembly ("memory-safe") {
                revert(add(data, 32), mload(data))
            }
        }
    }

    /// @param error the error's signature, e.g. `NotTriggered(uint256,uint256)`
    function _fails(bool done, bytes memory data, string memory error) internal pure {
        assertTrue(!done, string.concat("should fail with ", error));
        assertEq(bytes32(bytes4(data)), bytes32(bytes4(keccak256(bytes(error)))), error);
    }

    function _repayPasses(uint256 max) internal {
        (bool done, bytes memory data) = _repayBy(HONEST, max);
        _passes(done, data);
    }

    function _repayFails(uint256 max, string memory error) internal {
        (bool done, bytes memory data) = _repayBy(HONEST, max);
        _fails(done, data, error);
    }

    function _topUpPasses(uint256 max) internal {
        (bool done, bytes memory data) = _topUpBy(HONEST, max);
        _passes(done, data);
    }

    function _topUpFails(uint256 max, string memory error) internal {
        (bool done, bytes memory data) = _topUpBy(HONEST, max);
        _fails(done, data, error);
    }

    function _fillPasses(uint256 max) internal {
        (bool done, bytes memory data) = _fillBy(HONEST, max, _ceiling(max));
        _passes(done, data);
    }

    function _fillFails(uint256 max, string memory error) internal {
        (bool done, bytes memory data) = _fillBy(HONEST, max, _ceiling(max));
        _fails(done, data, error);
    }
}
