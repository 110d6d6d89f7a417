// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IComet} from "../../solidity/interfaces/IComet.sol";
import {IFeed} from "../../solidity/interfaces/IFeed.sol";

interface ITokenOfComet {
    function transferFrom(address from, address to, uint256 amount) external returns (bool);
    function transfer(address to, uint256 amount) external returns (bool);
}

/// @notice A fixture of our own that follows the rules of Compound III, for tests alone: no package ships the real Comet.
///
/// What it follows: principal and present value by an index of each side, with Comet's rounding; interest by the second; base
/// tokens repay a debt first and lend the rest; collateral in its own units, a bit for each held; prices of the feeds;
/// borrowing by the borrow factors, liquidation by the liquidation factors, looking no further once enough is counted;
/// absorption with what is left credited; pauses, caps, the least debt; the manager's permission. What it leaves out: rates
/// by a curve (utilization and both rates are set by hand), rewards, reserves, buying collateral, transfers, signatures.
contract CometFixture is IComet {
    error Paused();
    error BadAsset();
    error BadPrice();
    error Unauthorized();
    error SupplyCapExceeded();
    error BorrowTooSmall();
    error NotCollateralized();
    error NotLiquidatable();
    error TransferInFailed();

    event AbsorbDebt(address indexed absorber, address indexed borrower, uint256 basePaidOut, uint256 usdValue);
    event AbsorbCollateral(
        address indexed absorber,
        address indexed borrower,
        address indexed asset,
        uint256 collateralAbsorbed,
        uint256 usdValue
    );

    struct TotalsBasic {
        uint64 baseSupplyIndex;
        uint64 baseBorrowIndex;
        uint64 trackingSupplyIndex;
        uint64 trackingBorrowIndex;
        uint104 totalSupplyBase;
        uint104 totalBorrowBase;
        uint40 lastAccrualTime;
        uint8 pauseFlags;
    }

    struct Account {
        /// What is lent when above zero, owed when below, divided by the index.
        int104 principal;
        uint16 assetsIn;
        uint8 furtherAssetsIn;
    }

    uint256 private constant INDEX_SCALE = 1e15;
    uint256 private constant FACTOR_SCALE = 1e18;

    address public immutable baseToken;
    address public immutable baseTokenPriceFeed;
    uint256 public immutable baseScale;
    uint256 public immutable baseBorrowMin;
    /// Growth of a debt in a second, scaled by 1e18.
    uint256 public immutable borrowRate;

    AssetInfo[] private _assets;
    mapping(address => Account) private _accounts;
    mapping(address => mapping(address => uint128)) private _held;
    mapping(address => uint256) private _totalHeld;
    mapping(address => mapping(address => bool)) public isAllowed;
    uint256 private _borrowIndex = INDEX_SCALE;
    uint256 private _supplyIndex = INDEX_SCALE;
    uint256 private _accruedAt = block.timestamp;
    /// Growth of what is lent in a second at full utilization, scaled by 1e18.
    uint256 private _supplyRate;
    uint256 public getUtilization;
    bool public isSupplyPaused;
    bool public isTransferPaused;
    bool public isWithdrawPaused;
    bool public isAbsorbPaused;
    bool public isBuyPaused;

    constructor(address baseToken_, address feed, uint8 decimals, uint256 borrowRate_, uint256 baseBorrowMin_) {
        (baseToken, baseTokenPriceFeed, baseScale) = (baseToken_, feed, 10 ** decimals);
        (borrowRate, baseBorrowMin) = (borrowRate_, baseBorrowMin_);
    }

    /* SETTING UP */

    function list(address asset, address feed, uint8 decimals, uint64 borrowFactor, uint64 liquidateFactor, uint128 cap)
        external
    {
        listAt(asset, feed, decimals, borrowFactor, liquidateFactor, 0.95e18, cap);
    }

    function listAt(
        address asset,
        address feed,
        uint8 decimals,
        uint64 borrowFactor,
        uint64 liquidateFactor,
        uint64 liquidationFactor,
        uint128 cap
    ) public {
        uint8 offset = uint8(_assets.length);
        _assets.push(
            AssetInfo(
                offset, asset, feed, uint64(10 ** decimals), borrowFactor, liquidateFactor, liquidationFactor, cap
            )
        );
    }

    function pause(bool supplying, bool transferring, bool withdrawing, bool absorbing, bool buying) external {
        (isSupplyPaused, isTransferPaused, isWithdrawPaused) = (supplying, transferring, withdrawing);
        (isAbsorbPaused, isBuyPaused) = (absorbing, buying);
    }

    function pauseSupply(bool paused) external {
        isSupplyPaused = paused;
    }

    function setIndex(uint256 index) external {
        (_borrowIndex, _accruedAt) = (index, block.timestamp);
    }

    function setLending(uint256 index, uint256 supplyRate, uint256 utilization) external {
        _accrue();
        (_supplyIndex, _supplyRate, getUtilization) = (index, supplyRate, utilization);
    }

    /* WHAT USERS CALL */

    function allow(address manager, bool allowed) external {
        isAllowed[msg.sender][manager] = allowed;
    }

    function supplyTo(address dst, address asset, uint256 amount) external {
        if (isSupplyPaused) revert Paused();
        if (!ITokenOfComet(asset).transferFrom(msg.sender, address(this), _takes(amount))) revert TransferInFailed();
        if (asset == baseToken) _addBase(dst, _counts(amount));
        else _addCollateral(dst, asset, _counts(amount));
    }

    /// @dev For tests of a Comet that misbehaves.
    function _takes(uint256 amount) internal view virtual returns (uint256) {
        return amount;
    }

    function _counts(uint256 amount) internal view virtual returns (uint256) {
        return amount;
    }

    function withdrawFrom(address src, address to, address asset, uint256 amount) external {
        if (isWithdrawPaused) revert Paused();
        if (msg.sender != src && !isAllowed[src][msg.sender]) revert Unauthorized();
        if (asset == baseToken) {
            _accrue();
            int256 balance = _presentNow(src) - int256(amount);
            if (balance < 0 && uint256(-balance) < baseBorrowMin) revert BorrowTooSmall();
            _accounts[src].principal = _principal(balance);
        } else {
            uint128 left = _held[src][asset] - uint128(amount);
            _totalHeld[asset] -= amount;
            _hold(src, asset, left);
        }
        if (_margin(src, false) < 0) revert NotCollateralized();
        ITokenOfComet(asset).transfer(to, amount);
    }

    /// @dev Takes liquidatable accounts' collateral, and with it their debt; lends them what the collateral was worth beyond it.
    function absorb(address absorber, address[] calldata accounts) external {
        if (isAbsorbPaused) revert Paused();
        _accrue();
        for (uint256 i; i < accounts.length; i++) {
            _absorb(absorber, accounts[i]);
        }
    }

    function accrueAccount(address) external {
        _accrue();
    }

    /* VIEWS */

    function numAssets() external view returns (uint8) {
        return uint8(_assets.length);
    }

    function getAssetInfo(uint8 i) external view returns (AssetInfo memory) {
        if (i >= _assets.length) revert BadAsset();
        return _assets[i];
    }

    function getAssetInfoByAddress(address asset) public view returns (AssetInfo memory) {
        for (uint256 i; i < _assets.length; i++) {
            if (_assets[i].asset == asset) return _assets[i];
        }
        revert BadAsset();
    }

    function getPrice(address feed) public view returns (uint256) {
        (, int256 answer,,,) = IFeed(feed).latestRoundData();
        if (answer <= 0) revert BadPrice();
        return uint256(answer);
    }

    function borrowBalanceOf(address account) external view returns (uint256) {
        int104 principal = _accounts[account].principal;
        return principal < 0 ? uint256(-_present(principal, _borrowIndexNow())) : 0;
    }

    /// @return what the account lends, in units of the base token
    function balanceOf(address account) external view returns (uint256) {
        int104 principal = _accounts[account].principal;
        return principal > 0 ? uint256(_present(principal, _supplyIndexNow())) : 0;
    }

    function userBasic(address account) external view returns (int104, uint64, uint64, uint16, uint8) {
        Account memory a = _accounts[account];
        return (a.principal, 0, 0, a.assetsIn, a.furtherAssetsIn);
    }

    function userCollateral(address account, address asset) external view returns (uint128, uint128) {
        return (_held[account][asset], 0);
    }

    function totalsCollateral(address asset) external view returns (uint128 totalSupplyAsset, uint128 reserved) {
        return (uint128(_totalHeld[asset]), 0);
    }

    /// @dev As of the last accrual. Sums of all accounts and what rewards need are not kept.
    function totalsBasic() external view returns (TotalsBasic memory totals) {
        totals.baseSupplyIndex = uint64(_supplyIndex);
        totals.baseBorrowIndex = uint64(_borrowIndex);
        totals.lastAccrualTime = uint40(_accruedAt);
    }

    function getSupplyRate(uint256 utilization) public view returns (uint64) {
        return uint64(_supplyRate * utilization / FACTOR_SCALE);
    }

    /// @dev As of the last accrual, which whoever liquidates brings about.
    function isLiquidatable(address account) public view returns (bool) {
        return _accounts[account].principal < 0 && _margin(account, true) < 0;
    }

    /* INTERNAL */

    function _addBase(address dst, uint256 amount) private {
        _accrue();
        _accounts[dst].principal = _principal(_presentNow(dst) + int256(amount));
    }

    function _addCollateral(address dst, address asset, uint256 amount) private {
        AssetInfo memory info = getAssetInfoByAddress(asset);
        _totalHeld[asset] += amount;
        if (_totalHeld[asset] > info.supplyCap) revert SupplyCapExceeded();
        _hold(dst, asset, _held[dst][asset] + uint128(amount));
    }

    function _hold(address account, address asset, uint128 amount) private {
        _held[account][asset] = amount;
        Account storage a = _accounts[account];
        uint8 offset = getAssetInfoByAddress(asset).offset;
        if (offset < 16) {
            uint16 bit = uint16(1) << offset;
            a.assetsIn = amount == 0 ? a.assetsIn & ~bit : a.assetsIn | bit;
        } else {
            uint8 bit = uint8(1) << (offset - 16);
            a.furtherAssetsIn = amount == 0 ? a.furtherAssetsIn & ~bit : a.furtherAssetsIn | bit;
        }
    }

    function _absorb(address absorber, address account) private {
        if (!isLiquidatable(account)) revert NotLiquidatable();
        int256 before = _presentNow(account);
        uint256 basePrice = getPrice(baseTokenPriceFeed);
        uint256 credited;
        for (uint256 i; i < _assets.length; i++) {
            AssetInfo memory info = _assets[i];
            uint128 held = _held[account][info.asset];
            if (held == 0) continue;
            (_held[account][info.asset], _totalHeld[info.asset]) = (0, _totalHeld[info.asset] - held);
            uint256 value = held * getPrice(info.priceFeed) / info.scale;
            credited += value * info.liquidationFactor / FACTOR_SCALE;
            emit AbsorbCollateral(absorber, account, info.asset, held, value);
        }
        int256 left = before + int256(credited * baseScale / basePrice);
        if (left < 0) left = 0;
        _accounts[account] = Account(_principal(left), 0, 0);
        emit AbsorbDebt(absorber, account, uint256(left - before), uint256(left - before) * basePrice / baseScale);
    }

    /// @dev Collateral by one of the two factors less the debt, in the currency of the feeds; some of the collateral, once it is
    /// enough.
    function _margin(address account, bool liquidating) private view returns (int256 margin) {
        if (_accounts[account].principal >= 0) return 0;
        margin = _presentNow(account) * int256(getPrice(baseTokenPriceFeed)) / int256(baseScale);
        for (uint256 i; i < _assets.length && margin < 0; i++) {
            AssetInfo memory info = _assets[i];
            uint128 held = _held[account][info.asset];
            if (held == 0) continue;
            uint256 factor = liquidating ? info.liquidateCollateralFactor : info.borrowCollateralFactor;
            margin += int256(held * getPrice(info.priceFeed) / info.scale * factor / FACTOR_SCALE);
        }
    }

    function _accrue() private {
        (_borrowIndex, _supplyIndex, _accruedAt) = (_borrowIndexNow(), _supplyIndexNow(), block.timestamp);
    }

    function _borrowIndexNow() private view returns (uint256) {
        return _grown(_borrowIndex, borrowRate);
    }

    function _supplyIndexNow() private view returns (uint256) {
        return _grown(_supplyIndex, getSupplyRate(getUtilization));
    }

    function _grown(uint256 index, uint256 rate) private view returns (uint256) {
        return index + index * (rate * (block.timestamp - _accruedAt)) / FACTOR_SCALE;
    }

    /// @dev As of the last accrual.
    function _presentNow(address account) private view returns (int256) {
        int104 principal = _accounts[account].principal;
        return _present(principal, principal < 0 ? _borrowIndex : _supplyIndex);
    }

    /// @dev Rounded towards zero.
    function _present(int104 principal, uint256 index) private pure returns (int256) {
        return int256(principal) * int256(index) / int256(INDEX_SCALE);
    }

    /// @dev What is lent is rounded down, a debt up.
    function _principal(int256 present) private view returns (int104) {
        if (present >= 0) return int104(int256(uint256(present) * INDEX_SCALE / _supplyIndex));
        return -int104(int256((uint256(-present) * INDEX_SCALE + _borrowIndex - 1) / _borrowIndex));
    }
}

/// @notice A Comet of the newer kind, whose supply can also be paused in parts.
contract CometFixtureWithParts is CometFixture {
    bool public isBaseSupplyPaused;
    bool public isCollateralSupplyPaused;
    uint24 private _paused;

    constructor(address baseToken_, address feed, uint8 decimals, uint256 borrowRate_, uint256 baseBorrowMin_)
        CometFixture(baseToken_, feed, decimals, borrowRate_, baseBorrowMin_)
    {}

    function pauseParts(bool base, bool collateral, uint24 assets) external {
        (isBaseSupplyPaused, isCollateralSupplyPaused, _paused) = (base, collateral, assets);
    }

    function isCollateralAssetSupplyPaused(uint24 assetIndex) external view returns (bool) {
        return (_paused & (uint24(1) << assetIndex)) != 0;
    }
}
