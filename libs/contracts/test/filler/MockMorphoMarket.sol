// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {GuardActions} from "../../solidity/guard/GuardActions.sol";
import {MorphoMandate} from "../../solidity/guard/MorphoMandate.sol";
import {IMorphoGuardFill} from "../../solidity/interfaces/IGuardFill.sol";
import {IMorphoMarkets} from "../../solidity/interfaces/IMorphoMarkets.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {IMintable, MockMorphoLender} from "./MockLenders.sol";

/// @notice One market of Morpho with one borrower beside the rest, and Morpho's flash loans. Shares are counted as Morpho counts
/// them. The real one is what the integration tests run on.
contract MockMorphoMarket is MockMorphoLender, IMorphoMarkets {
    error RepaysNothing();

    bytes32 public constant ID = keccak256("the market");
    MarketParams private _params;
    uint128 private _totalAssets;
    uint128 private _totalShares;
    mapping(address => uint128) public sharesOf;
    bool public refusesRepayments;

    function open(address loanToken, address collateralToken, uint128 totalAssets, uint128 totalShares) external {
        _params = MarketParams(loanToken, collateralToken, address(1), address(2), 0.86e18);
        (_totalAssets, _totalShares) = (totalAssets, totalShares);
    }

    function setShares(address user, uint128 shares) external {
        sharesOf[user] = shares;
    }

    function setRefusesRepayments() external {
        refusesRepayments = true;
    }

    function debtOf(address user) external view returns (uint256) {
        return _assetsUp(sharesOf[user]);
    }

    function idToMarketParams(bytes32 id) external view returns (address, address, address, address, uint256) {
        MarketParams memory p;
        if (id == ID) p = _params;
        return (p.loanToken, p.collateralToken, p.oracle, p.irm, p.lltv);
    }

    function market(bytes32) external view returns (uint128, uint128, uint128, uint128, uint128, uint128) {
        return (0, 0, _totalAssets, _totalShares, uint128(block.timestamp), 0);
    }

    function position(bytes32, address user) external view returns (uint256, uint128, uint128) {
        return (0, sharesOf[user], 0);
    }

    function repay(MarketParams calldata params, uint256 assets, uint256 shares, address onBehalf, bytes calldata data)
        external
        returns (uint256, uint256)
    {
        if (refusesRepayments) revert RepaysNothing();
        require(keccak256(abi.encode(params)) == keccak256(abi.encode(_params)), "another market");
        require((assets == 0) != (shares == 0) && data.length == 0, "inconsistent input");
        if (assets == 0) assets = _assetsUp(shares);
        else shares = assets * (uint256(_totalShares) + 1e6) / (uint256(_totalAssets) + 1);
        sharesOf[onBehalf] -= uint128(shares);
        _totalShares -= uint128(shares);
        _totalAssets -= uint128(assets < _totalAssets ? assets : _totalAssets);
        IToken(_params.loanToken).transferFrom(msg.sender, address(this), assets);
        return (assets, shares);
    }

    function _assetsUp(uint256 shares) private view returns (uint256) {
        uint256 divisor = uint256(_totalShares) + 1e6;
        return (shares * (uint256(_totalAssets) + 1) + divisor - 1) / divisor;
    }
}

/// @notice What the filler needs of a guard: takes at most the debt, repays it, pays the collateral out. It checks nothing.
contract StandInGuard is IMorphoGuardFill {
    MockMorphoMarket private immutable _market;
    address private immutable _loanToken;
    address private immutable _collateralToken;

    constructor(MockMorphoMarket market_, address loanToken, address collateralToken) {
        (_market, _loanToken, _collateralToken) = (market_, loanToken, collateralToken);
    }

    function morpho() external view returns (address) {
        return address(_market);
    }

    function hashMandate(MorphoMandate calldata m) external pure returns (bytes32) {
        return keccak256(abi.encode(m));
    }

    uint256 public healthFactor = 1.1e18;
    uint256 public repaidMax;

    function preview(MorphoMandate calldata m) external view returns (GuardActions.Preview memory p) {
        (p.healthFactor, p.debt) = (healthFactor, _market.debtOf(m.owner));
    }

    function repay(MorphoMandate calldata, uint256, uint256 max, uint256) external {
        repaidMax = max;
    }

    function fill(MorphoMandate calldata m, uint256 min, uint256 max, uint256 out, uint256 deadline) external {
        require(block.timestamp <= deadline && min <= max, "arguments");
        uint256 owed = _market.debtOf(m.owner);
        bool inFull = max >= owed;
        uint256 amount = inFull ? owed : max;
        IToken(_loanToken).transferFrom(msg.sender, address(this), amount);
        IToken(_loanToken).approve(address(_market), amount);
        uint256 shares = inFull ? _market.sharesOf(m.owner) : 0;
        _market.repay(_params(m.marketId), inFull ? 0 : amount, shares, m.owner, "");
        IMintable(_collateralToken).mint(msg.sender, out * amount / max);
    }

    function _params(bytes32 id) private view returns (IMorphoMarkets.MarketParams memory p) {
        (p.loanToken, p.collateralToken, p.oracle, p.irm, p.lltv) = _market.idToMarketParams(id);
    }
}
