// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IFeed} from "../../solidity/interfaces/IFeed.sol";
import {Keepers} from "../../solidity/Keepers.sol";
import {MarketFeed} from "./support/MarketFeed.sol";
import {OneLoan} from "./support/OneLoan.sol";

/// @notice Fifteenth promise: no FILL on a price that may not be the market's. What comes from the wallet goes on.
contract PricesTest is OneLoan {
    MarketFeed private _sequencer;

    function setUp() public override {
        super.setUp();
        _healthTo(1.1e18);
    }

    function testFuzzOnAStalePriceOnlyTheWalletActs(uint256 age, bool ofDebt) public {
        uint256 maxAge = uint256(HEARTBEAT) * 11 / 10;
        age = bound(age, maxAge - 5, maxAge + 3 days);
        vm.warp(block.timestamp + age);
        // The other feed of the pair is fresh.
        _setPrice(ofDebt ? weth : usdc, int256(_price(ofDebt ? weth : usdc)));
        if (age <= maxAge) _fillPasses(_fillTo(1.3e18));
        else _walletOnly("StaleFeed(address,uint256,uint256)");
    }

    function testAfterAChangeOfSourceOnlyTheWalletActs() public {
        MarketFeed other = new MarketFeed(transmitter, int256(_price(weth)));
        _setSource(weth, address(other));
        _walletOnly("FeedChanged(address,address)");
    }

    /// @dev Aave itself asks its fallback oracle for such a price and has none: the account view reverts, and nothing acts.
    function testFuzzOnAPriceOfZeroOrLessNothingActs(int64 answer) public {
        _setPrice(weth, answer > 0 ? -int256(answer) : int256(answer));
        (bool done,) = _fillBy(HONEST, 6_000e6, 2e18);
        assertTrue(!done, "fill");
        (done,) = _repayBy(HONEST, 6_000e6);
        assertTrue(!done, "repay");
    }

    function testFuzzAfterARestartOnlyAYoungerPriceIsGood(uint256 restarted) public {
        _withSequencer();
        restarted = bound(restarted, 1, 3 hours);
        uint256 began = block.timestamp;
        vm.warp(began + restarted);
        _answer(1);
        _walletOnly("SequencerDown()");
        vm.warp(began + restarted + 1 minutes);
        _answer(0);
        _walletOnly("FeedOlderThanRestart(address,uint256,uint256)");
        vm.warp(block.timestamp + 1);
        _setPrice(weth, int256(_price(weth)));
        _walletOnly("FeedOlderThanRestart(address,uint256,uint256)");
        _setPrice(usdc, int256(_price(usdc)));
        _fillPasses(_fillTo(1.3e18));
    }

    /* INTERNAL */

    function _walletOnly(string memory error) private {
        uint256 state = vm.snapshotState();
        _fillFails(_fillTo(1.3e18), error);
        _repayPasses(_repayTo(1.3e18));
        vm.revertToState(state);
        _topUpPasses(_units(weth, 5_500));
        vm.revertToState(state);
    }

    function _answer(int256 down) private {
        vm.prank(transmitter);
        _sequencer.setAnswer(down);
    }

    function _withSequencer() private {
        _sequencer = new MarketFeed(transmitter, 0);
        vm.warp(block.timestamp + 1);
        _refreshFeeds();
        address[] memory who = new address[](2);
        (who[0], who[1]) = (HONEST, THIEF);
        keepers = new Keepers(REMOVER, who, new address[](0), _pairs(), IFeed(address(_sequencer)));
        _use(WETH_USDC);
    }
}
