// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {TransientLock} from "../../solidity/libraries/TransientLock.sol";
import {Keepers} from "../../solidity/Keepers.sol";
import {FeeOnSenderToken, FeeOnTransferToken, GenerousToken, HookToken, MockToken} from "../support/MockTokens.sol";
import {OneLoan} from "./support/OneLoan.sol";

/// @notice Tokens that misbehave, listed on the real Aave as collateral and as debt of a loan.
contract HostileReservesTest is OneLoan {
    uint256 private constant KEY = 0x4057;

    function setUp() public override {
        _openMarket();
    }

    /* 14: SHORT OR GENEROUS TRANSFERS */

    /// forge-config: default.fuzz.runs = 48
    /// forge-config: long.fuzz.runs = 2000
    function testFuzzAFeeOnTransferAlwaysReverts(uint256 amount, uint256 action) public {
        _loanOf(new FeeOnTransferToken(), action % 3 == 0);
        _requireInexact(amount, action);
    }

    /// forge-config: default.fuzz.runs = 48
    /// forge-config: long.fuzz.runs = 2000
    function testFuzzAFeeOnTheSenderAlwaysReverts(uint256 amount, uint256 action) public {
        _loanOf(new FeeOnSenderToken(), action % 3 == 0);
        _requireInexact(amount, action);
    }

    /// forge-config: default.fuzz.runs = 48
    /// forge-config: long.fuzz.runs = 2000
    function testFuzzAGenerousTransferAlwaysReverts(uint256 amount, uint256 action) public {
        _loanOf(new GenerousToken(), action % 3 == 0);
        _requireInexact(amount, action);
    }

    /* 13: REENTRANCY */

    /// @dev The token calls the guard in the middle of its own transfer, as a keeper: any function, under the live mandate.
    /// It gets `Reentered`, and the action ends as it would have without it.
    /// forge-config: default.fuzz.runs = 96
    /// forge-config: long.fuzz.runs = 2000
    function testFuzzATokenThatCallsBackChangesNothing(uint256 action, uint256 inner) public {
        HookToken token = new HookToken();
        _loanOf(token, action % 3 == 0);
        uint256 state = vm.snapshotState();
        (uint256 debt, uint256 held, uint256 health) = _act(action);
        vm.revertToState(state);

        bytes[] memory calls = new bytes[](8);
        calls[0] = abi.encodeCall(guard.repay, (live, 0, 2_000e18, block.timestamp));
        calls[1] = abi.encodeCall(guard.topUp, (live, 0, 2_000e18, block.timestamp));
        calls[2] = abi.encodeCall(guard.fill, (live, 0, 2_000e18, 1e18, block.timestamp));
        calls[3] = abi.encodeCall(guard.activate, (live, _signature(live, KEY)));
        calls[4] = abi.encodeCall(guard.set, (live));
        calls[5] = abi.encodeCall(guard.revoke, (live.collateral, live.debt));
        calls[6] = abi.encodeCall(guard.revokeAll, ());
        calls[7] = abi.encodeCall(guard.revokeAllBySig, (live.owner, _signature(live, KEY)));
        token.setHook(address(guard), calls[inner % 8]);
        (uint256 debtAfter, uint256 heldAfter, uint256 healthAfter) = _act(action);
        assertEq(bytes32(token.answer()), bytes32(TransientLock.Reentered.selector), "what the token got");
        assertEq(debtAfter, debt, "debt");
        assertEq(heldAfter, held, "collateral");
        assertEq(healthAfter, health, "health");
    }

    /* INTERNAL */

    /// @dev A loan of 1.1 with the token on one side and an ordinary one on the other, and a mandate for it.
    function _loanOf(MockToken token, bool asCollateral) private {
        address hostile = _list(token, 1e8, 100);
        keepers = _withPair(asCollateral ? hostile : weth, asCollateral ? usdc : hostile, address(token));
        // More than is supplied, for tokens that take more than they were asked for.
        _give(hostile, CROWD, 20_000e18);
        _give(hostile, vm.addr(KEY), 1_000e18);
        _supply(hostile, CROWD, 1_000_000e18);
        Loan memory loan = Loan(KEY, address(0), weth, hostile, 1.2e18, 1.21e18, 1.5e18, 100, 20_000);
        if (asCollateral) (loan.collateral, loan.debt) = (hostile, usdc);
        _open(loan, 30_000, 18_000);
        for (uint256 i = 0; i < 2; i++) {
            address asset = i == 0 ? loan.collateral : loan.debt;
            _give(asset, HONEST, _units(asset, 100_000));
            _approve(asset, HONEST, address(guard), type(uint256).max);
        }
        live = _mandate(0);
        _sign(live, 0);
        _refreshFeeds();
        _healthTo(1.1e18);
    }

    /// @dev The token itself is a keeper, so that nothing but the lock is in its way.
    function _withPair(address collateral, address debt, address token) private returns (Keepers) {
        address[] memory who = new address[](3);
        (who[0], who[1], who[2]) = (HONEST, THIEF, token);
        Keepers.PairFeeds[] memory pairs = new Keepers.PairFeeds[](1);
        pairs[0] = _pair(collateral, debt);
        return _newKeepers(who, pairs);
    }

    function _requireInexact(uint256 amount, uint256 action) private {
        amount = bound(amount, 1e12, 5_000e18);
        bool done;
        bytes memory data;
        if (action % 3 == 0) (done, data) = _topUpBy(HONEST, amount);
        else if (action % 3 == 1) (done, data) = _repayBy(HONEST, amount);
        else (done, data) = _fillBy(HONEST, amount, _ceiling(amount));
        _fails(done, data, "InexactTransfer(address,uint256,uint256,uint256)");
    }

    function _act(uint256 action) private returns (uint256 debt, uint256 held, uint256 health) {
        if (action % 3 == 0) _topUpPasses(_units(live.collateral, 4_000));
        else if (action % 3 == 1) _repayPasses(_repayTo(1.3e18));
        else _fillPasses(_fillTo(1.3e18));
        return (_debt(), _held(), _health(live.owner));
    }
}
