// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../../solidity/guard/Mandate.sol";
import {OneLoan} from "./support/OneLoan.sol";

/// @notice Attacks with mandates and approvals that should be dead or spent, one test each, on the real market. The names are the
/// attacks'.
contract MandateAttacksTest is OneLoan {
    /* MANDATES */

    /// @dev Many mandates of one pair, each with a budget, in whatever order: a day's share is used once.
    function testFuzzStackedMandates(uint256 seed) public {
        uint256 shares;
        for (uint256 i = 0; i < 6; i++) {
            live = _mandate(WETH_USDC);
            live.fillPerDay = uint128(bound(uint256(keccak256(abi.encode(seed, i))), 100e6, 3_000e6));
            _sign(live, WETH_USDC);
            _healthTo(1.1e18);
            (, uint256 before_) = (i, _debt());
            (bool done,) = _fillBy(THIEF, type(uint64).max, 0);
            if (!done) continue;
            shares += (before_ - _debt()) * 1e18 / live.fillPerDay;
        }
        assertTrue(shares > 0.99e18 && shares <= 1e18 + 6 * 1e12, "one budget");
    }

    /// @dev Drafts signed on one place in the chain: the first that is activated kills the others, and so does revoking.
    function testFuzzAnOldDraftComesAlive(uint256 first, uint256 seed) public {
        Mandate[] memory drafts = new Mandate[](4);
        bytes[] memory signatures = new bytes[](4);
        for (uint256 i = 0; i < 4; i++) {
            drafts[i] = _mandate(WETH_USDC);
            drafts[i].expiry += uint40(bound(seed, 0, 1_000 days) * i);
            drafts[i].maxCostBps = uint16(100 * (i + 1));
            signatures[i] = _signature(drafts[i], loans[WETH_USDC].key);
        }
        first = first % 5;
        if (first < 4) {
            guard.activate(drafts[first], signatures[first]);
        } else {
            vm.prank(live.owner);
            guard.revoke(weth, usdc);
        }
        for (uint256 i = 0; i < 4; i++) {
            vm.expectPartialRevert(bytes4(keccak256("WrongPrev(bytes32,bytes32)")));
            guard.activate(drafts[i], signatures[i]);
        }
        vm.prank(live.owner);
        guard.revokeAll();
        for (uint256 i = 0; i < 4; i++) {
            vm.expectPartialRevert(bytes4(keccak256("WrongPrev(bytes32,bytes32)")));
            guard.activate(drafts[i], signatures[i]);
        }
    }

    /// @dev A mandate signed for an epoch that nobody can know yet, and one that was live before everything was revoked.
    function testFuzzDormantEpoch(uint256 guess, bytes32 epoch) public {
        (bytes32 head,,,,,) = guard.position(live.owner, weth, usdc);
        if (guess % 4 == 0) epoch = bytes32(guess % 7);
        if (guess % 4 == 1) epoch = keccak256(abi.encode(bytes32(0), blockhash(block.number), block.prevrandao));
        Mandate memory dormant = _mandate(WETH_USDC);
        dormant.prev = keccak256(abi.encode(epoch, head));
        bytes memory signature = _signature(dormant, loans[WETH_USDC].key);
        Mandate memory former = live;
        vm.prank(live.owner);
        guard.revokeAll();
        vm.expectPartialRevert(bytes4(keccak256("WrongPrev(bytes32,bytes32)")));
        guard.activate(dormant, signature);
        _healthTo(1.1e18);
        _repayFails(_repayTo(1.3e18), "EpochMoved(bytes32,bytes32)");
        // Nor does the former one return with the next that the owner signs.
        _use(WETH_USDC);
        _healthTo(1.1e18);
        live = former;
        _repayFails(_repayTo(1.3e18), "NotActive(bytes32,bytes32)");
    }

    /// @dev All of a large budget used, then a small one signed: it is full again a day later, not ten days.
    function testFuzzASmallerBudgetAfterALargerOne(uint256 smaller, uint256 waited) public {
        live = _mandate(WETH_USDC);
        live.fillPerDay = 2_000e6;
        _sign(live, WETH_USDC);
        _healthTo(1.1e18);
        _fillPasses(2_000e6);
        live = _mandate(WETH_USDC);
        live.fillPerDay = uint128(bound(smaller, 20e6, 200e6));
        _sign(live, WETH_USDC);
        waited = bound(waited, 1 hours, 1 days);
        vm.warp(block.timestamp + waited);
        _refreshFeeds();
        _healthTo(1.1e18);
        uint256 left = guard.preview(live).budgetLeft;
        assertTrue(left + 1 >= live.fillPerDay * waited / 1 days && left <= live.fillPerDay * waited / 1 days, "share");
        _fillPasses(type(uint64).max);
    }

    /* APPROVALS */

    /// @dev The owner drops the approval and thinks that is all. A permit signed before and never used restores it: only
    /// revoking the mandate is final.
    function testWithheldPermit() public {
        _healthTo(1.1e18);
        bytes memory permit = _permit(type(uint128).max, block.timestamp + 1 days);
        vm.prank(live.owner);
        aTokenOf[weth].approve(address(guard), 0);
        _fillFails(_fillTo(1.3e18), "NothingReleasable(address)");

        vm.prank(THIEF);
        (bool done,) = address(aTokenOf[weth]).call(permit);
        assertTrue(done, "the permit is still good");
        uint256 state = vm.snapshotState();
        (done,) = _fillBy(THIEF, _fillTo(1.3e18), _ceiling(_fillTo(1.3e18)));
        assertTrue(done, "so the thief can fill, at the signed price");

        vm.revertToState(state);
        vm.prank(live.owner);
        guard.revoke(weth, usdc);
        uint256 fill = _fillTo(1.3e18);
        bytes memory data;
        (done, data) = _fillBy(THIEF, fill, _ceiling(fill));
        _fails(done, data, "NotActive(bytes32,bytes32)");
    }

    /* INTERNAL */

    /// @dev The call that makes the owner's signed permit of aWETH to the guard count.
    function _permit(uint256 value, uint256 deadline) private view returns (bytes memory) {
        bytes32 typeHash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        uint256 nonce = aTokenOf[weth].nonces(live.owner);
        bytes32 structHash = keccak256(abi.encode(typeHash, live.owner, address(guard), value, nonce, deadline));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", aTokenOf[weth].DOMAIN_SEPARATOR(), structHash));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(loans[WETH_USDC].key, digest);
        return abi.encodeCall(aTokenOf[weth].permit, (live.owner, address(guard), value, deadline, v, r, s));
    }
}
