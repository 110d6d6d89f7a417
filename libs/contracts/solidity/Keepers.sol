// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IFeed} from "./interfaces/IFeed.sol";
import {IKeepers} from "./interfaces/IKeepers.sol";

/// @title The accounts that may act under the mandates that name this contract, and the prices that FILL may rely on.
/// @notice Both are given once. The list of keepers can only shrink: removing is the answer to a stolen key; adding somebody,
/// or following a venue to another price feed, takes a new contract and each owner's new signature.
contract Keepers is IKeepers {
    /// @notice One price of a pair.
    /// @param source what the venue's oracle must name as the price's source
    /// @param feed the aggregator whose answer and age are looked at: `source` itself, or what `source` reads
    /// @param heartbeat seconds within which the feed promises an answer
    /// @param deviationBps move of the price, in basis points, at which the feed promises an answer
    struct Feed {
        address source;
        address feed;
        uint32 heartbeat;
        uint16 deviationBps;
    }

    /// @param pair `keccak256(abi.encode(collateral, debt))`, or a Morpho market's id
    struct PairFeeds {
        bytes32 pair;
        Feed collateral;
        Feed debt;
    }

    event Listed(address indexed keeper, bool mayRemoveItself);
    event Removed(address indexed keeper, address indexed by);
    event Priced(bytes32 indexed pair, Feed collateral, Feed debt);

    error ZeroAddress();
    error ListedTwice(address keeper);
    error NotListed(address keeper);
    error NotExternallyOwned(address keeper);
    error MayNotRemove(address caller, address keeper);
    error PricedTwice(bytes32 pair);
    error NoHeartbeat(address feed);
    error DeviationTooWide(address feed, uint256 deviationBps, uint256 ceiling);

    error PairNotPriced(bytes32 pair);
    error FeedChanged(address pinned, address current);
    error BadAnswer(address feed, int256 answer);
    error StaleFeed(address feed, uint256 updatedAt, uint256 maxAge);
    error SequencerDown();
    error FeedOlderThanRestart(address feed, uint256 updatedAt, uint256 restartedAt);

    /// @dev A feed that may lag the market by more than this sells its lag to whoever picks the moment.
    uint256 private constant DEVIATION_CEILING_BPS = 50;

    /// @notice The one account that may remove any keeper. Its key stays offline.
    address public immutable remover;

    /// @notice On a rollup, Chainlink's feed of the sequencer's state; zero where there is no sequencer.
    IFeed public immutable sequencerFeed;

    mapping(address account => bool) public isKeeper;

    /// @notice Keepers that may remove themselves, so that a lane whose key leaks ends itself at once. Plain accounts only:
    /// a contract on the list could be led by a thief into removing itself.
    mapping(address account => bool) public mayRemoveItself;

    mapping(bytes32 pair => PairFeeds) private _feeds;

    /// @param selfRemoving those of `keepers_` that may remove themselves
    /// @param pairs those for which FILL is allowed
    constructor(
        address remover_,
        address[] memory keepers_,
        address[] memory selfRemoving,
        PairFeeds[] memory pairs,
        IFeed sequencerFeed_
    ) {
        if (remover_ == address(0)) revert ZeroAddress();
        remover = remover_;
        sequencerFeed = sequencerFeed_;
        for (uint256 i = 0; i < selfRemoving.length; i++) {
            if (selfRemoving[i].code.length != 0) revert NotExternallyOwned(selfRemoving[i]);
            mayRemoveItself[selfRemoving[i]] = true;
        }
        for (uint256 i = 0; i < keepers_.length; i++) {
            address keeper = keepers_[i];
            if (keeper == address(0)) revert ZeroAddress();
            if (isKeeper[keeper]) revert ListedTwice(keeper);
            isKeeper[keeper] = true;
            emit Listed(keeper, mayRemoveItself[keeper]);
        }
        for (uint256 i = 0; i < selfRemoving.length; i++) {
            if (!isKeeper[selfRemoving[i]]) revert NotListed(selfRemoving[i]);
        }
        for (uint256 i = 0; i < pairs.length; i++) {
            bytes32 pair = pairs[i].pair;
            if (_feeds[pair].collateral.feed != address(0)) revert PricedTwice(pair);
            _requireSound(pairs[i].collateral);
            _requireSound(pairs[i].debt);
            _feeds[pair] = pairs[i];
            emit Priced(pair, pairs[i].collateral, pairs[i].debt);
        }
    }

    /// @notice Takes `keeper` off the list for good.
    function remove(address keeper) external {
        bool itself = msg.sender == keeper && mayRemoveItself[keeper];
        if (msg.sender != remover && !itself) revert MayNotRemove(msg.sender, keeper);
        if (!isKeeper[keeper]) revert NotListed(keeper);
        isKeeper[keeper] = false;
        emit Removed(keeper, msg.sender);
    }

    /// @notice The feeds pinned for a pair; all zero where FILL is not allowed.
    function feedsOf(bytes32 pair) external view returns (PairFeeds memory) {
        return _feeds[pair];
    }

    /// @inheritdoc IKeepers
    /// @dev Fails closed: a price that cannot be read stops FILL. It compares with no market; that the keeper does.
    function requirePriceOk(bytes32 pair, address collateralSource, address debtSource) external view {
        PairFeeds storage pinned = _feeds[pair];
        if (pinned.collateral.feed == address(0)) revert PairNotPriced(pair);
        uint256 restartedAt = _sequencerUpSince();
        _requireFresh(pinned.collateral, collateralSource, restartedAt);
        _requireFresh(pinned.debt, debtSource, restartedAt);
    }

    function _requireFresh(Feed storage pinned, address source, uint256 restartedAt) private view {
        if (source != pinned.source) revert FeedChanged(pinned.source, source);
        address feed = pinned.feed;
        (, int256 answer,, uint256 updatedAt,) = IFeed(feed).latestRoundData();
        if (answer <= 0) revert BadAnswer(feed, answer);
        // A tenth of grace: an answer is on its way for some blocks after the heartbeat.
        uint256 maxAge = uint256(pinned.heartbeat) * 11 / 10;
        if (updatedAt > block.timestamp || block.timestamp - updatedAt > maxAge) {
            revert StaleFeed(feed, updatedAt, maxAge);
        }
        // No waiting time after a restart: liquidations do not wait either. But the price must be one from after it.
        if (updatedAt <= restartedAt) revert FeedOlderThanRestart(feed, updatedAt, restartedAt);
    }

    /// @dev Zero where there is no sequencer.
    function _sequencerUpSince() private view returns (uint256 startedAt) {
        if (address(sequencerFeed) == address(0)) return 0;
        int256 down;
        (, down, startedAt,,) = sequencerFeed.latestRoundData();
        if (down != 0 || startedAt == 0) revert SequencerDown();
    }

    function _requireSound(Feed memory feed) private pure {
        if (feed.source == address(0) || feed.feed == address(0)) revert ZeroAddress();
        if (feed.heartbeat == 0) revert NoHeartbeat(feed.feed);
        if (feed.deviationBps > DEVIATION_CEILING_BPS) {
            revert DeviationTooWide(feed.feed, feed.deviationBps, DEVIATION_CEILING_BPS);
        }
    }
}
