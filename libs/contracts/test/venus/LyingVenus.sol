// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IVToken, IVenusComptroller, IVenusOracle} from "../../solidity/interfaces/IVenus.sol";
import {MockToken} from "../support/MockTokens.sol";

/// @notice A stand-in for a Venus market that can be told to misbehave as the real one does not: one account, a unit of the vToken worth
/// `unit` of its token, no interest.
contract LyingVToken is IVToken {
    address public immutable underlying;
    uint256 public immutable exchangeRateStored;
    uint256 public vTokens;
    uint256 public borrowed;

    /// What each function returns instead of doing anything, when it is not zero.
    uint256 public accrueCode;
    uint256 public actionCode;
    uint256 public snapshotCode;
    /// Units of the token by which a repayment, and of the vToken by which a supply, counts for less than was paid.
    uint256 public shortfall;
    /// Units left with the payer.
    uint256 public leaves;

    constructor(address token, uint256 unit, uint256 vTokens_, uint256 borrowed_) {
        (underlying, exchangeRateStored, vTokens, borrowed) = (token, unit * 1e18, vTokens_, borrowed_);
    }

    function lie(uint256 shortfall_, uint256 leaves_) external {
        (shortfall, leaves) = (shortfall_, leaves_);
    }

    function fail(uint256 accrueCode_, uint256 actionCode_, uint256 snapshotCode_) external {
        (accrueCode, actionCode, snapshotCode) = (accrueCode_, actionCode_, snapshotCode_);
    }

    function accrueInterest() external view returns (uint256) {
        return accrueCode;
    }

    function mintBehalf(address, uint256 amount) external returns (uint256) {
        if (actionCode != 0) return actionCode;
        MockToken(underlying).transferFrom(msg.sender, address(this), amount - leaves);
        vTokens += amount * 1e18 / exchangeRateStored - shortfall;
        return 0;
    }

    function repayBorrowBehalf(address, uint256 amount) external returns (uint256) {
        if (actionCode != 0) return actionCode;
        MockToken(underlying).transferFrom(msg.sender, address(this), amount - leaves);
        borrowed -= amount - shortfall;
        return 0;
    }

    function getAccountSnapshot(address) external view returns (uint256, uint256, uint256, uint256) {
        return (snapshotCode, vTokens, borrowed, exchangeRateStored);
    }

    function getCash() external pure returns (uint256) {
        return 1;
    }

    function totalBorrows() external view returns (uint256) {
        return borrowed;
    }
}

/// @notice The comptroller and the oracle of two such markets: the first by 80%, both at the prices given.
contract LyingComptroller is IVenusComptroller, IVenusOracle {
    address[] private _entered;
    mapping(address => uint256) public getUnderlyingPrice;
    address public constant vaiController = address(0);

    function list(address vToken, uint256 price) external {
        _entered.push(vToken);
        getUnderlyingPrice[vToken] = price;
    }

    function markets(address vToken) external view returns (bool, uint256) {
        return (getUnderlyingPrice[vToken] != 0, 0.8e18);
    }

    function getAssetsIn(address) external view returns (address[] memory) {
        return _entered;
    }

    function checkMembership(address, address) external pure returns (bool) {
        return true;
    }

    function oracle() external view returns (address) {
        return address(this);
    }
}
