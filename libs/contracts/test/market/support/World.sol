// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IToken} from "../../../solidity/interfaces/IToken.sol";
import {ISettableFeed} from "./Market.sol";
import {MarketFeed} from "./MarketFeed.sol";
import {Thieves} from "./Thieves.sol";

/// @notice Everything around: strangers, prices, time, interest, and Aave's governance.
abstract contract World is Thieves {
    /* STRANGER */

    function strangerMeddles(uint256 seed, uint256 amount) external {
        seed = _mix(seed);
        _strangerMeddles(_pick(seed), seed >> 8, amount);
    }

    function _strangerMeddles(uint256 index, uint256 kind, uint256 amount) internal override {
        Loan memory loan = loans[index];
        address asset = assets[(kind >> 16) % assets.length];
        if (kind % 8 == 0) _supplyFor(asset, loan.owner, bound(amount, 1, 3));
        else if (kind % 8 == 1) _supplyFor(loan.collateral, loan.owner, bound(amount, 1, 1_000));
        else if (kind % 8 == 2) _repayFor(loan, bound(amount, 1, 3));
        else if (kind % 8 == 3) _repayFor(loan, debtTokenOf[loan.debt].balanceOf(loan.owner) / bound(amount, 100, 10_000));
        else if (kind % 8 == 4) _donateEverything(loan.owner);
        else if (kind % 8 == 5) _donateToGuard();
        else if (kind % 8 == 6) _activatesOld(index, (kind >> 32) % signed[index].length);
        else _replayRevokeAll(loan.owner, kind >> 32);
    }

    function _supplyFor(address asset, address owner, uint256 amount) private {
        _give(asset, STRANGER, amount);
        _approve(asset, STRANGER, address(pool), amount);
        vm.prank(STRANGER);
        try pool.supply(asset, amount, owner, 0) {} catch {}
    }

    function _repayFor(Loan memory loan, uint256 amount) private {
        _give(loan.debt, STRANGER, amount);
        _approve(loan.debt, STRANGER, address(pool), amount);
        vm.prank(STRANGER);
        try pool.repay(loan.debt, amount, VARIABLE, loan.owner) {} catch {}
    }

    /// @dev A unit of every token and of every aToken.
    function _donateEverything(address owner) private {
        for (uint256 i = 0; i < assets.length; i++) {
            _give(assets[i], owner, 1);
            vm.prank(CROWD);
            try aTokenOf[assets[i]].transfer(owner, 1) {} catch {}
        }
    }

    function _donateToGuard() private {
        for (uint256 i = 0; i < assets.length; i++) {
            address asset = assets[i];
            _give(asset, address(guard), 1);
            givenToGuard[asset] += 1;
            uint256 before_ = aTokenOf[asset].scaledBalanceOf(address(guard));
            vm.prank(CROWD);
            try aTokenOf[asset].transfer(address(guard), 2) {} catch {}
            givenToGuard[address(aTokenOf[asset])] += aTokenOf[asset].scaledBalanceOf(address(guard)) - before_;
        }
    }

    /// @dev The owner's own signature over a former epoch is worth nothing; over the present one, anyone may bring it.
    function _replayRevokeAll(address owner, uint256 seed) private {
        uint256 key;
        for (uint256 i = 0; i < LOANS; i++) {
            if (loans[i].owner == owner) key = loans[i].key;
        }
        bytes32 epoch = seed % 4 == 0 ? guard.epochOf(owner) : bytes32(seed % 3);
        bool current = epoch == guard.epochOf(owner);
        bytes memory signature = _revokeAllSignature(owner, key, epoch);
        vm.roll(block.number + 1);
        vm.prank(STRANGER);
        try guard.revokeAllBySig(owner, signature) {
            if (!current) revert Broken(12, "an old revocation counted again", 0, 0);
            _noteRevokedAll(owner);
        } catch {
            if (current) revert Broken(19, "a revocation was refused", 0, 0);
        }
    }

    function _revokeAllSignature(address owner, uint256 key, bytes32 epoch) internal view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Ballast AaveGuard"),
                keccak256("1"),
                block.chainid,
                address(guard)
            )
        );
        bytes32 structHash = keccak256(abi.encode(keccak256("RevokeAll(address owner,bytes32 epoch)"), owner, epoch));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked(hex"1901", domain, structHash)));
        return abi.encodePacked(r, s, v);
    }

    /* PRICES */

    /// @dev The collateral's price goes where the loan's health becomes what the seed asks: mostly a little below its trigger.
    function priceMoves(uint256 seed, uint256 target) external {
        seed = _mix(seed);
        _moveHealth(_pick(seed), seed >> 8, target);
    }

    function _moveHealth(uint256 index, uint256 kind, uint256 target) internal override {
        Loan memory loan = loans[index];
        uint256 hf = _healthOrZero(loan.owner);
        if (hf == 0 || hf > 100e18) return;
        uint256 low = kind % 8 == 0 ? 0.9e18 : 1.0005e18;
        uint256 wanted = bound(target, low, kind % 4 == 0 ? uint256(loan.maxHf) + 0.1e18 : loan.trigger + 0.001e18);
        uint256 price = _price(loan.collateral) * wanted / hf;
        _setPrice(loan.collateral, int256(bound(price, 1e6, 1e14)));
    }

    /// @dev The market pays something else than the oracle says: a lag, a jump, a depeg.
    function marketMoves(uint256 seed, uint256 gap) external {
        seed = _mix(seed);
        Loan memory loan = loans[_pick(seed)];
        int256 width = seed % 8 == 0 ? int256(3_000) : int256(300);
        address asset = seed % 3 == 0 ? loan.debt : loan.collateral;
        marketGapBps[asset] = int256(bound(gap, 0, uint256(2 * width))) - width;
    }

    /// @dev No price, or a nonsensical one, for some time. The next price move or refresh ends it where it was before.
    function feedBreaks(uint256 seed) external {
        seed = _mix(seed);
        if (seed % 4 != 0) return;
        Loan memory loan = loans[_pick(seed / 4)];
        address asset = (seed >> 128) % 2 == 0 ? loan.debt : loan.collateral;
        int256 answer = feedOf[asset].latestAnswer();
        if (answer <= 0) return;
        _setPrice(asset, (seed >> 130) % 2 == 0 ? int256(0) : -answer);
        // What can be tried is tried while it lasts: no FILL may go through.
        if (chains[focus].alive) _thiefActs(focus, seed >> 8, seed >> 16, seed >> 32);
        _setPrice(asset, answer);
    }

    /* TIME */

    function timePasses(uint256 seed, uint256 duration) external {
        seed = _mix(seed);
        vm.warp(block.timestamp + bound(duration, 1, seed % 4 == 0 ? 20 days : 1 days));
        vm.roll(block.number + 1);
        if (seed % 3 != 0) _refreshFeeds();
    }

    function interestRuns(uint256 seed) external {
        vm.warp(block.timestamp + bound(seed, 30 days, 60 days));
        vm.roll(block.number + 1);
        _refreshFeeds();
    }

    /* GOVERNANCE */

    function governanceActs(uint256 seed, uint256 value) external {
        seed = _mix(seed);
        _governs(loans[_pick(seed)], seed >> 8, value);
    }

    function _governs(Loan memory loan, uint256 kind, uint256 value) internal {
        disturbed = true;
        address asset = (kind >> 8) % 2 == 0 ? loan.collateral : loan.debt;
        if (kind % 8 == 0) _changeThreshold(loan.collateral, value);
        else if (kind % 8 == 1) _switchLtv(assets[value % assets.length]);
        else if (kind % 8 == 2) _changeEMode(value);
        else if (kind % 8 == 3) _switchFreeze(asset);
        else if (kind % 8 == 4) _switchPause(asset);
        else if (kind % 8 == 5) _fillTheCap(loan.collateral, value);
        else _changeSource(asset);
    }

    function _changeThreshold(address asset, uint256 value) private {
        uint256 data = pool.getConfiguration(asset).data;
        uint256 threshold = bound(value, 7_000, 8_600);
        uint256 ltv = data & 0xffff;
        vm.prank(admin);
        configurator.configureReserveAsCollateral(asset, ltv < threshold ? ltv : threshold - 100, threshold, 10_500);
    }

    function _switchLtv(address asset) private {
        uint256 data = pool.getConfiguration(asset).data;
        vm.prank(admin);
        configurator.configureReserveAsCollateral(asset, data & 0xffff == 0 ? 6_000 : 0, (data >> 16) & 0xffff, 10_500);
    }

    function _changeEMode(uint256 value) private {
        vm.prank(admin);
        configurator.setEModeCategory(1, 9_000, uint16(bound(value, 9_200, 9_600)), 10_100, "ETH correlated");
    }

    function _switchFreeze(address asset) private {
        bool frozen = (pool.getConfiguration(asset).data >> 57) & 1 == 1;
        vm.prank(admin);
        configurator.setReserveFreeze(asset, !frozen);
    }

    function _switchPause(address asset) private {
        bool paused = _isPaused(asset);
        vm.prank(admin);
        configurator.setReservePause(asset, !paused);
    }

    /// @dev A cap just above what is supplied, which a stranger then fills; or none.
    function _fillTheCap(address asset, uint256 value) private {
        bool capped = (pool.getConfiguration(asset).data >> 116) & (2 ** 36 - 1) != 0;
        uint256 supplied = aTokenOf[asset].totalSupply() / unitOf[asset];
        vm.prank(admin);
        configurator.setSupplyCap(asset, capped ? 0 : supplied + bound(value, 2, 1_000));
        if (!capped) _supplyFor(asset, STRANGER, unitOf[asset]);
    }

    /// @dev Aave reads another feed, which says the same; or the pinned one again.
    function _changeSource(address asset) private {
        int256 answer = feedOf[asset].latestAnswer();
        if (formerFeed[asset] != address(0)) {
            (feedOf[asset], formerFeed[asset]) = (ISettableFeed(formerFeed[asset]), address(0));
            _setPrice(asset, answer);
        } else {
            formerFeed[asset] = address(feedOf[asset]);
            feedOf[asset] = ISettableFeed(address(new MarketFeed(transmitter, answer)));
        }
        _setSource(asset, address(feedOf[asset]));
    }

    /* IN ORDER AGAIN */

    function _restoreMarket() internal override {
        disturbed = false;
        vm.startPrank(admin);
        for (uint256 i = 0; i < assets.length; i++) {
            uint256 data = pool.getConfiguration(assets[i]).data;
            if ((data >> 57) & 1 == 1) configurator.setReserveFreeze(assets[i], false);
            if ((data >> 60) & 1 == 1) configurator.setReservePause(assets[i], false);
            configurator.setSupplyCap(assets[i], 0);
            if (data & 0xffff == 0) configurator.configureReserveAsCollateral(assets[i], 7_000, 7_800, 10_500);
        }
        vm.stopPrank();
        for (uint256 i = 0; i < assets.length; i++) {
            if (formerFeed[assets[i]] != address(0)) _changeSource(assets[i]);
        }
        _refreshFeeds();
    }

    /// @dev A position of the usual shape, just below its trigger, with new lists of keepers and a mandate for everything.
    function _renew(uint256 index) internal {
        Loan memory loan = loans[index];
        (keepers, otherKeepers) = (_newKeepers(), _newKeepers());
        _activateNew(index);
        _supply(loan.collateral, loan.owner, _units(loan.collateral, 50_000));
        uint256 owed = debtTokenOf[loan.debt].balanceOf(loan.owner);
        if (_oracleValue(loan.debt, owed) < 10_000e18) _borrow(loan.debt, loan.owner, _units(loan.debt, 10_000));
        _giveAndApprove(index, 100_000, 100_000);
        uint256 price = _price(loan.collateral) * (loan.trigger - 0.01e18) / _health(loan.owner);
        _setPrice(loan.collateral, int256(price));
    }

    /* THE GUARD, AT ANY MOMENT */

    /// @dev It holds what strangers gave it, and the pool may take nothing of it.
    function requireGuardEmpty() external view {
        for (uint256 i = 0; i < assets.length; i++) {
            address asset = assets[i];
            uint256 holds = IToken(asset).balanceOf(address(guard));
            if (holds != givenToGuard[asset]) revert Broken(1, "guard holds", holds, givenToGuard[asset]);
            address aToken = address(aTokenOf[asset]);
            holds = aTokenOf[asset].scaledBalanceOf(address(guard));
            if (holds != givenToGuard[aToken]) revert Broken(1, "guard holds aTokens", holds, givenToGuard[aToken]);
            uint256 allowed = IToken(asset).allowance(address(guard), address(pool));
            if (allowed != 0) revert Broken(1, "guard allows the pool", allowed, 0);
        }
    }
}
