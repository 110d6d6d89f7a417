// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IAaveAddressesProvider, IAaveOracle} from "../../solidity/interfaces/IAaveOracle.sol";
import {IAavePool} from "../../solidity/interfaces/IAavePool.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";

/// @notice Balances that only the mock venue writes, and that their holders may pass on: its aTokens and debt tokens.
contract MockLedger {
    MockVenue private immutable _venue = MockVenue(msg.sender);
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    uint256 public totalSupply;

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    /// @dev Takes `overdraw` units too many from the sender when the venue says so.
    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowance[from][msg.sender] -= amount;
        balanceOf[from] -= amount + _venue.overdraw();
        balanceOf[to] += amount + _venue.overdraw();
        _venue.onTransfer();
        return true;
    }

    function set(address account, uint256 amount) external {
        require(msg.sender == address(_venue), "venue only");
        totalSupply = totalSupply - balanceOf[account] + amount;
        balanceOf[account] = amount;
    }
}

/// @notice A stand-in for Aave's Pool, for tests of the guard alone; never deployed. One collateral and one debt asset count
/// per user, prices are set by hand, no interest runs, and it can be told to misbehave. The guard on the real market is
/// tested in aave-guard.int.spec.ts.
contract MockVenue is IAavePool, IAaveAddressesProvider, IAaveOracle {
    error VenueSaysNo(uint256 code);

    struct Reserve {
        MockLedger aToken;
        MockLedger debtToken;
        /// Value of one unit, scaled by 1e18.
        uint256 price;
        uint16 id;
    }

    struct User {
        address collateral;
        address debt;
        uint256 collateralBits;
    }

    uint256 public liquidationThresholdBps = 8_300;
    uint16 private _count;
    mapping(address => Reserve) private _reserves;
    mapping(address => User) private _users;

    bool private _scripted;
    bool private _moved;
    uint256 private _hfBefore;
    uint256 private _hfAfter;

    /// Units by which a repayment or a supply counts for less than was paid.
    uint256 public shortfall;
    /// Units that the venue leaves in the payer's wallet.
    uint256 public leaves;
    /// Units of collateral that the venue takes from whoever repays, and of debt that it adds for whoever supplies.
    uint256 public strayUnits;
    /// What the payer had approved when the venue was called.
    uint256 public allowanceSeen;
    /// Units that a transfer of aTokens takes beyond its amount.
    uint256 public overdraw;
    uint256 private _refusal;
    mapping(address => address) public getSourceOfAsset;
    address private _target;
    bytes private _data;
    bytes public answer;

    /* SETTING UP */

    function list(address asset, uint256 price) external {
        _reserves[asset] = Reserve(new MockLedger(), new MockLedger(), price, _count++);
    }

    function open(address user, address collateral, uint256 supplied, address debt, uint256 borrowed) external {
        _users[user] = User(collateral, debt, 1 << (2 * _reserves[collateral].id + 1));
        _reserves[collateral].aToken.set(user, supplied);
        _reserves[debt].debtToken.set(user, borrowed);
    }

    function setPrice(address asset, uint256 price) external {
        _reserves[asset].price = price;
    }

    function setDebt(address user, address asset, uint256 owed) external {
        _reserves[asset].debtToken.set(user, owed);
    }

    function disableCollateral(address user) external {
        _users[user].collateralBits = 0;
    }

    function setUserBits(address user, uint256 bits) external {
        _users[user].collateralBits = bits;
    }

    /// @dev From now on the health factor is `before_` until something is repaid or supplied, then `after_`.
    function script(uint256 before_, uint256 after_) external {
        (_scripted, _moved, _hfBefore, _hfAfter) = (true, false, before_, after_);
    }

    function setShortfall(uint256 units) external {
        shortfall = units;
    }

    function setOverdraw(uint256 units) external {
        overdraw = units;
    }

    function setSource(address asset, address source) external {
        getSourceOfAsset[asset] = source;
    }

    function setLeaves(uint256 units) external {
        leaves = units;
    }

    function setStrayUnits(uint256 units) external {
        strayUnits = units;
    }

    /// @dev From now on every repayment and supply first calls `target`; that call must fail.
    function setHook(address target, bytes calldata data) external {
        (_target, _data) = (target, data);
    }

    function refuse(uint256 code) external {
        _refusal = code;
    }

    /* THE POOL */

    function repay(address asset, uint256 amount, uint256, address onBehalfOf) external returns (uint256) {
        _begin(asset, amount);
        MockLedger ledger = _reserves[asset].debtToken;
        uint256 owed = ledger.balanceOf(onBehalfOf);
        uint256 repaid = amount < owed ? amount : owed;
        ledger.set(onBehalfOf, owed - (repaid - shortfall));
        MockLedger held = _reserves[_users[onBehalfOf].collateral].aToken;
        held.set(onBehalfOf, held.balanceOf(onBehalfOf) - strayUnits);
        IToken(asset).transferFrom(msg.sender, address(_reserves[asset].aToken), repaid - leaves);
        return repaid;
    }

    function supply(address asset, uint256 amount, address onBehalfOf, uint16) external {
        _begin(asset, amount);
        IToken(asset).transferFrom(msg.sender, address(_reserves[asset].aToken), amount - leaves);
        MockLedger ledger = _reserves[asset].aToken;
        ledger.set(onBehalfOf, ledger.balanceOf(onBehalfOf) + amount - shortfall);
        MockLedger owes = _reserves[_users[onBehalfOf].debt].debtToken;
        owes.set(onBehalfOf, owes.balanceOf(onBehalfOf) + strayUnits);
    }

    function _begin(address asset, uint256) internal virtual {
        if (_refusal != 0) revert VenueSaysNo(_refusal);
        allowanceSeen = IToken(asset).allowance(msg.sender, address(this));
        if (_target != address(0)) {
            (bool done, bytes memory returned) = _target.call(_data);
            answer = returned;
            require(!done, "the call from inside went through");
        }
        _moved = true;
    }

    /// @dev The aTokens moved: the last step of a fill. The hook may call back in here too.
    function onTransfer() external {
        if (_target != address(0)) {
            (bool done, bytes memory returned) = _target.call(_data);
            answer = returned;
            require(!done, "the call from inside went through");
        }
        _moved = true;
    }

    /* ITS ORACLE */

    function ADDRESSES_PROVIDER() external view returns (address) {
        return address(this);
    }

    function getPriceOracle() external view returns (address) {
        return address(this);
    }

    function getAssetPrice(address asset) external view returns (uint256) {
        return _reserves[asset].price;
    }

    function priceOf(address asset) external view returns (uint256) {
        return _reserves[asset].price;
    }

    function getUserAccountData(address user)
        external
        view
        returns (uint256 collateralValue, uint256 debtValue, uint256 a, uint256 b, uint256 c, uint256 healthFactor)
    {
        User memory u = _users[user];
        if (u.collateralBits != 0) {
            collateralValue = _reserves[u.collateral].aToken.balanceOf(user) * _reserves[u.collateral].price;
        }
        debtValue = _reserves[u.debt].debtToken.balanceOf(user) * _reserves[u.debt].price;
        if (_scripted) healthFactor = _moved ? _hfAfter : _hfBefore;
        else if (debtValue == 0) healthFactor = type(uint256).max;
        else healthFactor = collateralValue * liquidationThresholdBps / 10_000 * 1e18 / debtValue;
        (a, b, c) = (0, liquidationThresholdBps, 0);
    }

    function getUserConfiguration(address user) external view returns (BitMap memory) {
        return BitMap(_users[user].collateralBits);
    }

    function getReserveData(address asset) external view returns (ReserveData memory data) {
        data.id = _reserves[asset].id;
    }

    function getReserveAToken(address asset) external view returns (address) {
        return address(_reserves[asset].aToken);
    }

    function getReserveVariableDebtToken(address asset) external view returns (address) {
        return address(_reserves[asset].debtToken);
    }

    function getVirtualUnderlyingBalance(address asset) external view returns (uint128) {
        return uint128(IToken(asset).balanceOf(address(_reserves[asset].aToken)));
    }
}
