// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IAavePool} from "../../../solidity/interfaces/IAavePool.sol";

/// @notice What tests use of Aave v3.6 beside what the guard does.
interface IPool is IAavePool {
    struct EMode {
        uint16 ltv;
        uint16 liquidationThreshold;
        uint16 liquidationBonus;
    }

    function withdraw(address asset, uint256 amount, address to) external returns (uint256);
    function borrow(address asset, uint256 amount, uint256 rateMode, uint16 referral, address onBehalfOf) external;
    function setUserUseReserveAsCollateral(address asset, bool use) external;
    function setUserEMode(uint8 category) external;
    function getUserEMode(address user) external view returns (uint256);
    function getConfiguration(address asset) external view returns (BitMap memory);
    function getReserveNormalizedIncome(address asset) external view returns (uint256);
    function getReserveNormalizedVariableDebt(address asset) external view returns (uint256);
    function getEModeCategoryCollateralBitmap(uint8 id) external view returns (uint128);
    function getEModeCategoryLtvzeroBitmap(uint8 id) external view returns (uint128);
    function getEModeCategoryCollateralConfig(uint8 id) external view returns (EMode memory);
    function flashLoanSimple(address receiver, address asset, uint256 amount, bytes calldata params, uint16 referral)
        external;
    function liquidationCall(address collateral, address debt, address user, uint256 amount, bool receiveAToken)
        external;
    function RESERVE_INTEREST_RATE_STRATEGY() external view returns (address);
}

interface IConfigurator {
    struct NewReserve {
        address aTokenImpl;
        address variableDebtTokenImpl;
        address underlyingAsset;
        string aTokenName;
        string aTokenSymbol;
        string variableDebtTokenName;
        string variableDebtTokenSymbol;
        bytes params;
        bytes interestRateData;
    }

    function initReserves(NewReserve[] calldata input) external;
    function configureReserveAsCollateral(address asset, uint256 ltv, uint256 threshold, uint256 bonus) external;
    function setReserveBorrowing(address asset, bool enabled) external;
    function setReserveFlashLoaning(address asset, bool enabled) external;
    function setReserveFactor(address asset, uint256 factor) external;
    function setReserveFreeze(address asset, bool freeze) external;
    function setReservePause(address asset, bool paused) external;
    function setSupplyCap(address asset, uint256 cap) external;
    function setDebtCeiling(address asset, uint256 ceiling) external;
    function setReserveInterestRateData(address asset, bytes calldata data) external;
    function setEModeCategory(uint8 id, uint16 ltv, uint16 threshold, uint16 bonus, string calldata label) external;
}

interface IOracle {
    function getAssetPrice(address asset) external view returns (uint256);
    function getSourceOfAsset(address asset) external view returns (address);
    function setAssetSources(address[] calldata assets, address[] calldata sources) external;
}

/// @notice An aToken or a debt token.
interface IScaled {
    function balanceOf(address account) external view returns (uint256);
    function scaledBalanceOf(address account) external view returns (uint256);
    function totalSupply() external view returns (uint256);
    function allowance(address owner, address spender) external view returns (uint256);
    function approve(address spender, uint256 amount) external returns (bool);
    function transfer(address to, uint256 amount) external returns (bool);
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        external;
    function nonces(address owner) external view returns (uint256);
    function DOMAIN_SEPARATOR() external view returns (bytes32);
}
