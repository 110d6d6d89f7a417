// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IMorpho} from "../../solidity/interfaces/IMorpho.sol";
import {MockToken} from "../support/MockTokens.sol";

/// @notice A stand-in for Morpho Blue that can be told to misbehave as the real one does not: one market, one position, no interest, a
/// share worth a millionth of a unit. What holds on the real Morpho is tested on it.
contract LyingMorpho is IMorpho {
    bytes32 public constant ID = keccak256("the market");
    uint128 private constant TOTAL = 1e15;

    MarketParams private _params;
    uint256 private _shares;
    uint256 private _collateral;

    /// Units by which a repayment or a supply counts for less than was paid.
    uint256 public shortfall;
    /// Units left with the payer.
    uint256 public leaves;
    /// Units of collateral taken from whoever is repaid for, and of debt added to whoever is supplied for.
    uint256 public stray;
    /// Units that a withdrawal takes beyond its amount.
    uint256 public overdraw;
    /// What the payer had approved when it was called.
    uint256 public allowanceSeen;

    constructor(MarketParams memory params, uint256 debt, uint256 collateral) {
        (_params, _shares, _collateral) = (params, debt * 1e6, collateral);
    }

    function lie(uint256 shortfall_, uint256 leaves_, uint256 stray_, uint256 overdraw_) external {
        (shortfall, leaves, stray, overdraw) = (shortfall_, leaves_, stray_, overdraw_);
    }

    function repay(MarketParams calldata, uint256 assets, uint256 shares, address, bytes calldata)
        external
        returns (uint256, uint256)
    {
        if (assets == 0) assets = shares / 1e6;
        _take(_params.loanToken, assets);
        _shares -= (assets - shortfall) * 1e6;
        _collateral -= stray;
        return (assets, shares);
    }

    function supplyCollateral(MarketParams calldata, uint256 assets, address, bytes calldata) external {
        _take(_params.collateralToken, assets);
        _collateral += assets - shortfall;
        _shares += stray * 1e6;
    }

    function withdrawCollateral(MarketParams calldata, uint256 assets, address, address receiver) external {
        _collateral -= assets + overdraw;
        MockToken(_params.collateralToken).transfer(receiver, assets);
    }

    function accrueInterest(MarketParams calldata) external {}

    function isAuthorized(address, address) external pure returns (bool) {
        return true;
    }

    function idToMarketParams(bytes32 id) external view returns (address, address, address, address, uint256) {
        MarketParams memory p;
        if (id == ID) p = _params;
        return (p.loanToken, p.collateralToken, p.oracle, p.irm, p.lltv);
    }

    function market(bytes32) external view returns (uint128, uint128, uint128, uint128, uint128, uint128) {
        return (TOTAL, TOTAL * 1e6, TOTAL, TOTAL * 1e6, uint128(block.timestamp), 0);
    }

    function position(bytes32, address) external view returns (uint256, uint128, uint128) {
        return (0, uint128(_shares), uint128(_collateral));
    }

    function _take(address token, uint256 amount) private {
        allowanceSeen = MockToken(token).allowance(msg.sender, address(this));
        MockToken(token).transferFrom(msg.sender, address(this), amount - leaves);
    }
}
