// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {FillAction} from "../../solidity/guard/FillAction.sol";
import {Mandate} from "../../solidity/guard/Mandate.sol";
import {IFeed} from "../../solidity/interfaces/IFeed.sol";
import {Keepers} from "../../solidity/Keepers.sol";
import {MockFeed} from "../support/MockFeed.sol";
import {FillFixture} from "./FillFixture.sol";

/// @notice A keepers contract of the kind before FILL: it knows who acts, and nothing of prices.
contract KeepersWithoutPrices {
    function isKeeper(address) external pure returns (bool) {
        return true;
    }
}

/// @notice When FILL may rely on the venue's prices: the keepers contract's side, through the guard. REPAY and TOP_UP never ask.
contract FillPriceTest is FillFixture {
    uint256 private constant WETH_AGE = 3_960;
    uint256 private constant USD_AGE = 95_040;

    MockFeed private sequencer;

    function _refused(bytes memory data) private {
        _fillReverts(1, 5_400e18, 2e18, data);
        assertEq(bytes32(guard.preview(live).fillReason), bytes32(bytes4(data)), "preview");
        assertEq(guard.preview(live).maxFill, 0, "nothing to fill");
        assertEq(bytes32(guard.preview(live).reason), bytes32(0), "the wallet can still pay");
        uint256 snapshot = vm.snapshotState();
        Mandate memory m = live;
        vm.startPrank(KEEPER);
        guard.repay(m, 1, 3_000e18, block.timestamp);
        vm.stopPrank();
        vm.revertToState(snapshot);
    }

    function _accepted() private {
        assertEq(bytes32(guard.preview(live).fillReason), bytes32(0), "preview");
        uint256 snapshot = vm.snapshotState();
        _doFill(1, 5_400e18, 2e18);
        vm.revertToState(snapshot);
    }

    /* AGE */

    function testAPriceIsGoodForItsHeartbeatAndATenth() public {
        wethFeed.set(2_700, NOW - WETH_AGE, NOW - WETH_AGE);
        _accepted();
        wethFeed.set(2_700, NOW, NOW - WETH_AGE - 1);
        _refused(abi.encodeWithSelector(Keepers.StaleFeed.selector, address(wethFeed), NOW - WETH_AGE - 1, WETH_AGE));
        wethFeed.set(2_700, NOW, NOW);
        usdFeed.set(1, NOW, NOW - USD_AGE);
        _accepted();
        usdFeed.set(1, NOW, NOW - USD_AGE - 1);
        _refused(abi.encodeWithSelector(Keepers.StaleFeed.selector, address(usdFeed), NOW - USD_AGE - 1, USD_AGE));
    }

    function testAPriceFromTheFutureIsNone() public {
        wethFeed.set(2_700, NOW, NOW + 1);
        _refused(abi.encodeWithSelector(Keepers.StaleFeed.selector, address(wethFeed), NOW + 1, WETH_AGE));
    }

    /* ANSWER */

    function testAnAnswerMustBePositive() public {
        for (int256 answer = -1; answer <= 0; answer++) {
            wethFeed.set(answer, NOW, NOW);
            _refused(abi.encodeWithSelector(Keepers.BadAnswer.selector, address(wethFeed), answer));
        }
        wethFeed.set(1, NOW, NOW);
        usdFeed.set(0, NOW, NOW);
        _refused(abi.encodeWithSelector(Keepers.BadAnswer.selector, address(usdFeed), int256(0)));
        usdFeed.set(1, NOW, NOW);
        _accepted();
    }

    /* SOURCE */

    function testAVenueThatReadsAnotherSourceIsNotFilled() public {
        MockFeed other = new MockFeed(2_700, NOW);
        venue.setSource(address(weth), address(other));
        _refused(abi.encodeWithSelector(Keepers.FeedChanged.selector, address(wethFeed), address(other)));
        venue.setSource(address(weth), address(wethFeed));
        venue.setSource(address(usd), address(other));
        _refused(abi.encodeWithSelector(Keepers.FeedChanged.selector, address(usdFeed), address(other)));
        venue.setSource(address(usd), address(usdFeed));
        _accepted();
    }

    function testTheAgeIsReadFromTheFeedBehindTheSource() public {
        MockFeed adapter = new MockFeed(2_700, 1);
        Keepers.PairFeeds[] memory pairs = _pairs();
        pairs[0].collateral.source = address(adapter);
        _keepersBecome(pairs, IFeed(address(0)));
        venue.setSource(address(weth), address(adapter));
        _accepted();
        wethFeed.set(2_700, NOW, NOW - WETH_AGE - 1);
        _refused(abi.encodeWithSelector(Keepers.StaleFeed.selector, address(wethFeed), NOW - WETH_AGE - 1, WETH_AGE));
    }

    function testAPairThatIsNotPricedIsNotFilled() public {
        _keepersBecome(new Keepers.PairFeeds[](0), IFeed(address(0)));
        bytes32 pair = keccak256(abi.encode(address(weth), address(usd)));
        _refused(abi.encodeWithSelector(Keepers.PairNotPriced.selector, pair));
    }

    /* SEQUENCER */

    function testNothingIsFilledWhileTheSequencerIsDown() public {
        _withSequencer();
        sequencer.set(1, NOW - 1, NOW);
        _refused(abi.encodeWithSelector(Keepers.SequencerDown.selector));
        sequencer.set(0, 0, NOW);
        _refused(abi.encodeWithSelector(Keepers.SequencerDown.selector));
        sequencer.set(0, NOW - 1, NOW);
        _accepted();
    }

    function testAfterARestartAPriceFromAfterItIsNeededAndNoWaiting() public {
        _withSequencer();
        sequencer.set(0, NOW - 10, NOW);
        wethFeed.set(2_700, NOW, NOW - 10);
        _refused(
            abi.encodeWithSelector(Keepers.FeedOlderThanRestart.selector, address(wethFeed), NOW - 10, NOW - 10)
        );
        wethFeed.set(2_700, NOW, NOW - 9);
        _accepted();
        usdFeed.set(1, NOW, NOW - 11);
        _refused(abi.encodeWithSelector(Keepers.FeedOlderThanRestart.selector, address(usdFeed), NOW - 11, NOW - 10));
    }

    /* A KEEPERS CONTRACT THAT IS NONE */

    function testAKeepersContractThatKnowsNoPricesIsNotFilledUnder() public {
        Mandate memory m = live;
        m.keepers = address(new KeepersWithoutPrices());
        _replaceBy(m);
        _fillReverts(1, 5_400e18, 2e18, "");
        assertEq(bytes32(guard.preview(live).fillReason), bytes32(FillAction.NoPrice.selector), "preview says something");
    }

    /* THE CONSTRUCTOR */

    function testAFeedMayDeclareFiftyBasisPointsAndNoMore() public {
        Keepers.PairFeeds[] memory pairs = _pairs();
        pairs[0].debt.deviationBps = 50;
        _newKeepers(pairs, "");
        pairs[0].debt.deviationBps = 51;
        _newKeepers(pairs, abi.encodeWithSelector(Keepers.DeviationTooWide.selector, address(usdFeed), 51, 50));
        pairs[0].debt.deviationBps = 50;
        pairs[0].collateral.deviationBps = 51;
        _newKeepers(pairs, abi.encodeWithSelector(Keepers.DeviationTooWide.selector, address(wethFeed), 51, 50));
    }

    function testAFeedHasAHeartbeatASourceAndAnAddress() public {
        Keepers.PairFeeds[] memory pairs = _pairs();
        pairs[0].collateral.heartbeat = 0;
        _newKeepers(pairs, abi.encodeWithSelector(Keepers.NoHeartbeat.selector, address(wethFeed)));
        pairs = _pairs();
        pairs[0].collateral.source = address(0);
        _newKeepers(pairs, abi.encodeWithSelector(Keepers.ZeroAddress.selector));
        pairs = _pairs();
        pairs[0].debt.feed = address(0);
        _newKeepers(pairs, abi.encodeWithSelector(Keepers.ZeroAddress.selector));
    }

    function testAPairIsPricedOnce() public {
        Keepers.PairFeeds[] memory pairs = new Keepers.PairFeeds[](2);
        (pairs[0], pairs[1]) = (_pairs()[0], _pairs()[0]);
        _newKeepers(pairs, abi.encodeWithSelector(Keepers.PricedTwice.selector, pairs[0].pair));
    }

    function testWhatIsPinnedCanBeRead() public view {
        bytes32 pair = keccak256(abi.encode(address(weth), address(usd)));
        Keepers.PairFeeds memory pinned = keepers.feedsOf(pair);
        assertEq(keccak256(abi.encode(pinned)), keccak256(abi.encode(_pairs()[0])), "as given");
        assertEq(keepers.feedsOf(bytes32(0)).collateral.heartbeat, 0, "another pair");
    }

    /* SETTING UP */

    function _withSequencer() private {
        sequencer = new MockFeed(0, NOW - 1 hours);
        _keepersBecome(_pairs(), sequencer);
    }

    function _keepersBecome(Keepers.PairFeeds[] memory pairs, IFeed sequencerFeed) private {
        keepers = new Keepers(REMOVER, _one(KEEPER), _one(KEEPER), pairs, sequencerFeed);
        Mandate memory m = live;
        m.keepers = address(keepers);
        _replaceBy(m);
    }

    function _newKeepers(Keepers.PairFeeds[] memory pairs, bytes memory refusal) private {
        if (refusal.length != 0) vm.expectRevert(refusal);
        new Keepers(REMOVER, _one(KEEPER), _one(KEEPER), pairs, IFeed(address(0)));
    }
}
