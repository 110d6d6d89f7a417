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
/// What it follows: principal and present value by an index, with Comet's rounding; interest by the second; base tokens repay a
/// debt first and lend the rest; collateral in its own units, a bit for each held; prices of the feeds; borrowing by the
/// borrow factors, liquidation by the liquidation factors; pause, caps, the least debt; the manager's permission. What it
/// leaves out: lending rates, rewards, reserves, buying collateral, transfers, signatures.
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
    uint256 private _accruedAt = block.timestamp;
    bool public isSupplyPaused;

    constructor(address baseToken_, address feed, uint8 decimals, uint256 borrowRate_, uint256 baseBorrowMin_) {
        (baseToken, baseTokenPriceFeed, baseScale) = (baseToken_, feed, 10 ** decimals);
        (borrowRate, baseBorrowMin) = (borrowRate_, baseBorrowMin_);
    }

    /* SETTING UP */

    function list(address asset, address feed, uint8 decimals, uint64 borrowFactor, uint64 liquidateFactor, uint128 cap)
        external
    {
        uint8 offset = uint8(_assets.length);
        _assets.push(
            AssetInfo(offset, asset, feed, uint64(10 ** decimals), borrowFactor, liquidateFactor, 0.95e18, cap)
        );
    }

    function pauseSupply(bool paused) external {
        isSupplyPaused = paused;
    }

    function setIndex(uint256 index) external {
        (_borrowIndex, _accruedAt) = (index, block.timestamp);
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
        if (msg.sender != src && !isAllowed[src][msg.sender]) revert Unauthorized();
        if (asset == baseToken) {
            _accrue();
            int256 balance = _present(_accounts[src].principal, _borrowIndex) - int256(amount);
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

    /// @dev Takes a liquidatable account's collateral, and with it its debt.
    function absorb(address account) external {
        _accrue();
        if (!isLiquidatable(account)) revert NotLiquidatable();
        for (uint256 i; i < _assets.length; i++) {
            _held[account][_assets[i].asset] = 0;
        }
        delete _accounts[account];
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
        int256 balance = _present(_accounts[account].principal, _indexNow());
        return balance < 0 ? uint256(-balance) : 0;
    }

    /// @return what the account lends, in units of the base token
    function balanceOf(address account) external view returns (uint256) {
        int256 balance = _present(_accounts[account].principal, _indexNow());
        return balance > 0 ? uint256(balance) : 0;
    }

    function userBasic(address account) external view returns (int104, uint64, uint64, uint16, uint8) {
        Account memory a = _accounts[account];
        return (a.principal, 0, 0, a.assetsIn, a.furtherAssetsIn);
    }

    function userCollateral(address account, address asset) external view returns (uint128, uint128) {
        return (_held[account][asset], 0);
    }

    /// @dev As of the last accrual, which whoever liquidates brings about.
    function isLiquidatable(address account) public view returns (bool) {
        return _accounts[account].principal < 0 && _margin(account, true) < 0;
    }

    /* INTERNAL */

    function _addBase(address dst, uint256 amount) private {
        _accrue();
        _accounts[dst].principal = _principal(_present(_accounts[dst].principal, _borrowIndex) + int256(amount));
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

    /// @dev Collateral by one of the two factors less the debt, in the currency of the feeds.
    function _margin(address account, bool liquidating) private view returns (int256 margin) {
        margin = _present(_accounts[account].principal, _borrowIndex) * int256(getPrice(baseTokenPriceFeed))
            / int256(baseScale);
        for (uint256 i; i < _assets.length; i++) {
            AssetInfo memory info = _assets[i];
            uint128 held = _held[account][info.asset];
            if (held == 0) continue;
            uint256 factor = liquidating ? info.liquidateCollateralFactor : info.borrowCollateralFactor;
            margin += int256(held * getPrice(info.priceFeed) / info.scale * factor / FACTOR_SCALE);
        }
    }

    function _accrue() private {
        (_borrowIndex, _accruedAt) = (_indexNow(), block.timestamp);
    }

    function _indexNow() private view returns (uint256) {
        return _borrowIndex + _borrowIndex * (borrowRate * (block.timestamp - _accruedAt)) / FACTOR_SCALE;
    }

    /// @dev Rounded towards zero; what is lent earns nothing here.
    function _present(int104 principal, uint256 index) private pure returns (int256) {
        if (principal >= 0) return principal;
        return -int256(uint256(-int256(principal)) * index / INDEX_SCALE);
    }

    /// @dev A debt is rounded up.
    function _principal(int256 present) private view returns (int104) {
        if (present >= 0) return int104(present);
        return -int104(int256((uint256(-present) * INDEX_SCALE + _borrowIndex - 1) / _borrowIndex));
    }
}
