// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IAavePool} from "../interfaces/IAavePool.sol";
import {IToken} from "../interfaces/IToken.sol";
import {AmountRule} from "../libraries/AmountRule.sol";
import {Actions, Mandate} from "./Mandate.sol";
import {MandateRegistry} from "./MandateRegistry.sol";

/// @title Keeps Aave v3.6 loans from being liquidated, inside limits that their owners signed.
/// @notice Owners approve their tokens to this contract and sign a mandate. While a loan's health factor is below the
/// mandate's trigger, a keeper may move the owner's own tokens from the owner's wallet into the owner's own loan: by
/// repaying debt (`repay`) or adding collateral (`topUp`). Nothing else moves anything. The contract keeps no funds, makes
/// no call that its caller chooses, never borrows and never withdraws.
/// @dev Reverts of the tokens and of Aave come through unchanged.
contract AaveGuard is MandateRegistry {
    event Executed(
        bytes32 indexed mandateHash,
        address indexed owner,
        address indexed executor,
        uint8 action,
        uint256 seq,
        uint256 hfBefore,
        uint256 hfAfter,
        uint256 debtRepaid,
        uint256 collateralIn,
        uint256 collateralOut
    );

    error PoolNotContract(address pool);
    error NotListed(address asset);
    error CollateralNotEnabled(address asset);
    error ReserveDrained(address asset, uint256 available, uint256 borrowed);
    error InexactTransfer(address token, uint256 wanted, uint256 sent, uint256 received);
    error OwnBalanceChanged(address token, uint256 balanceBefore, uint256 balanceAfter);
    error DebtNotReduced(uint256 debtBefore, uint256 debtAfter, uint256 repaid);
    error CollateralNotAdded(uint256 collateralBefore, uint256 collateralAfter, uint256 supplied);

    /// @notice What stands between `m` and an action, and how much one could move, at this block.
    /// @param reason selector of the error that any keeper would get now; zero when nothing known to the guard stands in
    /// the way. The venue (a pause, a freeze, a cap), the token and the band may still refuse an action.
    /// @param healthFactor scaled by 1e18
    /// @param debt owed in the mandate's debt asset
    /// @param maxRepay the most that `repay` could take from the wallet, before the band is looked at
    /// @param maxTopUp the most that `topUp` could take from the wallet, before the band is looked at
    struct Preview {
        bytes4 reason;
        uint256 healthFactor;
        uint256 debt;
        uint256 maxRepay;
        uint256 maxTopUp;
    }

    struct Account {
        uint256 healthFactor;
        uint256 debt;
        uint256 collateral;
    }

    uint256 private constant VARIABLE_RATE = 2;

    /// @dev Aave v3.6 keeps balances divided by an index and rounds in the pool's favour, so a balance moves by an amount
    /// give or take one step of that index: at worst the index rounded up, in units of the token. Indices begin at 1 and
    /// only grow; three units are enough until one passes 3. Beyond that valid actions could be refused, never wrong ones
    /// let through.
    uint256 private constant ROUNDING = 3;

    /// @dev Above this use of a reserve, what is supplied would be the exit of whoever cannot withdraw from it now. It is
    /// read once, at the call: it keeps an honest keeper out, not a thief who has the capital to fill the reserve for a block.
    uint256 private constant MAX_UTILISATION_BPS = 9_500;

    IAavePool public immutable pool;

    constructor(IAavePool pool_) MandateRegistry("Ballast AaveGuard", "1") {
        if (address(pool_).code.length == 0) revert PoolNotContract(address(pool_));
        pool = pool_;
    }

    /* ACTIONS */

    /// @notice Repays the owner's debt from the owner's wallet: the smallest of `max`, the wallet's balance, its approval
    /// and the debt.
    /// @param min the least worth doing, in units of the debt asset
    /// @param max what reaches the executor's target, and never the balance it saw: where the wallet holds less, all of it
    /// moves and the action may end below the band, also when a stranger adds to the wallet in the same block
    /// @param deadline last second, in block time, at which this very call may still act
    function repay(Mandate calldata m, uint256 min, uint256 max, uint256 deadline) external locked {
        (bytes32 mandateHash, uint256 seq) = _authorise(m, Actions.REPAY, deadline);
        Account memory before = _account(m);
        AmountRule.requireTriggered(before.healthFactor, m.triggerHf);

        uint256 available = _available(m.debt, m.owner);
        uint256 amount = AmountRule.amountToMove(min, max, available, before.debt);
        uint256 held = _take(m.debt, m.owner, amount);
        pool.repay(m.debt, amount, VARIABLE_RATE, m.owner);
        _requireNothingKept(m.debt, held);

        bool inFull = amount == before.debt;
        uint256 hfAfter = _settle(m, before, amount, 0, inFull || amount == available, inFull);
        emit Executed(
            mandateHash, m.owner, msg.sender, Actions.REPAY, seq, before.healthFactor, hfAfter, amount, 0, 0
        );
    }

    /// @notice Adds collateral from the owner's wallet: the smallest of `max`, the wallet's balance and its approval.
    /// Only an asset that the owner already uses as collateral counts, and only while its reserve is liquid.
    /// @param min the least worth doing, in units of the collateral asset
    /// @param max what reaches the executor's target, and never the balance it saw; see `repay`
    /// @param deadline last second, in block time, at which this very call may still act
    function topUp(Mandate calldata m, uint256 min, uint256 max, uint256 deadline) external locked {
        (bytes32 mandateHash, uint256 seq) = _authorise(m, Actions.TOP_UP, deadline);
        Account memory before = _account(m);
        AmountRule.requireTriggered(before.healthFactor, m.triggerHf);
        if (!_isEnabled(m.collateral, m.owner)) revert CollateralNotEnabled(m.collateral);
        (uint256 liquid, uint256 borrowed) = _liquidity(m.collateral);
        if (_isDrained(liquid, borrowed)) revert ReserveDrained(m.collateral, liquid, borrowed);

        uint256 available = _available(m.collateral, m.owner);
        uint256 amount = AmountRule.amountToMove(min, max, available, type(uint256).max);
        uint256 held = _take(m.collateral, m.owner, amount);
        pool.supply(m.collateral, amount, m.owner, 0);
        _requireNothingKept(m.collateral, held);

        uint256 hfAfter = _settle(m, before, 0, amount, amount == available, false);
        emit Executed(
            mandateHash, m.owner, msg.sender, Actions.TOP_UP, seq, before.healthFactor, hfAfter, 0, amount, 0
        );
    }

    /* VIEWS */

    /// @notice See `Preview`. It does not ask who calls: a keeper removed from the list still reads the same answer.
    function preview(Mandate calldata m) external view returns (Preview memory p) {
        Account memory account = _account(m);
        p.healthFactor = account.healthFactor;
        p.debt = account.debt;
        if (m.actions & Actions.REPAY != 0) {
            uint256 available = _available(m.debt, m.owner);
            p.maxRepay = available < account.debt ? available : account.debt;
        }
        if (m.actions & Actions.TOP_UP != 0 && _isEnabled(m.collateral, m.owner)) {
            (uint256 liquid, uint256 borrowed) = _liquidity(m.collateral);
            if (!_isDrained(liquid, borrowed)) p.maxTopUp = _available(m.collateral, m.owner);
        }

        p.reason = _obstacle(m);
        if (p.reason != bytes4(0)) return p;
        if (account.healthFactor >= m.triggerHf) p.reason = AmountRule.NotTriggered.selector;
        else if (p.maxRepay == 0 && p.maxTopUp == 0) p.reason = AmountRule.NothingToMove.selector;
    }

    /* MOVING TOKENS */

    /// @dev Takes exactly `amount` from the owner and approves it to the pool. Returns what this contract held before,
    /// which is nothing unless a stranger sent it something.
    function _take(address asset, address owner, uint256 amount) private returns (uint256 held) {
        IToken token = IToken(asset);
        held = token.balanceOf(address(this));
        uint256 ownerHeld = token.balanceOf(owner);
        token.transferFrom(owner, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - held;
        uint256 sent = ownerHeld - token.balanceOf(owner);
        if (received != amount || sent != amount) revert InexactTransfer(asset, amount, sent, received);
        token.approve(address(pool), amount);
    }

    /// @dev After the pool took its due, this contract holds what it held before and the pool may take nothing more.
    function _requireNothingKept(address asset, uint256 held) private {
        IToken token = IToken(asset);
        uint256 holds = token.balanceOf(address(this));
        if (holds != held) revert OwnBalanceChanged(asset, held, holds);
        if (token.allowance(address(this), address(pool)) != 0) token.approve(address(pool), 0);
    }

    /// @dev Requires that what left the wallet arrived in the loan and that the health factor ended inside the band.
    function _settle(
        Mandate calldata m,
        Account memory before,
        uint256 repaid,
        uint256 supplied,
        bool mayEndBelow,
        bool mayEndAbove
    ) private view returns (uint256 hfAfter) {
        Account memory now_ = _account(m);
        if (now_.debt + repaid > before.debt + ROUNDING) revert DebtNotReduced(before.debt, now_.debt, repaid);
        if (now_.collateral + ROUNDING < before.collateral + supplied) {
            revert CollateralNotAdded(before.collateral, now_.collateral, supplied);
        }
        hfAfter = now_.healthFactor;
        AmountRule.requireBand(before.healthFactor, hfAfter, m.minHf, m.maxHf, mayEndBelow, mayEndAbove);
    }

    /* READING THE VENUE */

    function _requireListed(Mandate calldata m) internal view override {
        _aToken(m.collateral);
        _debtToken(m.debt);
    }

    /// @dev The owner's health factor, and the balances of the mandate's pair with interest up to this block.
    function _account(Mandate calldata m) private view returns (Account memory account) {
        (,,,,, account.healthFactor) = pool.getUserAccountData(m.owner);
        account.debt = _debtToken(m.debt).balanceOf(m.owner);
        account.collateral = _aToken(m.collateral).balanceOf(m.owner);
    }

    /// @dev What the owner holds and has approved to this contract.
    function _available(address asset, address owner) private view returns (uint256) {
        uint256 balance = IToken(asset).balanceOf(owner);
        uint256 allowance = IToken(asset).allowance(owner, address(this));
        return balance < allowance ? balance : allowance;
    }

    function _isEnabled(address asset, address owner) private view returns (bool) {
        uint256 id = pool.getReserveData(asset).id;
        return (pool.getUserConfiguration(owner).data >> (2 * id + 1)) & 1 == 1;
    }

    function _liquidity(address asset) private view returns (uint256 liquid, uint256 borrowed) {
        liquid = pool.getVirtualUnderlyingBalance(asset);
        borrowed = _debtToken(asset).totalSupply();
    }

    function _isDrained(uint256 liquid, uint256 borrowed) private pure returns (bool) {
        return borrowed * 10_000 > (liquid + borrowed) * MAX_UTILISATION_BPS;
    }

    function _aToken(address asset) private view returns (IToken) {
        return _listed(asset, pool.getReserveAToken(asset));
    }

    function _debtToken(address asset) private view returns (IToken) {
        return _listed(asset, pool.getReserveVariableDebtToken(asset));
    }

    function _listed(address asset, address token) private pure returns (IToken) {
        if (token == address(0)) revert NotListed(asset);
        return IToken(token);
    }
}
