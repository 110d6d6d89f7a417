// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IToken} from "../interfaces/IToken.sol";
import {AmountRule} from "../libraries/AmountRule.sol";
import {MandateRegistry} from "./MandateRegistry.sol";
import {Actions, Terms} from "./Terms.sol";

/// @notice How a guard acts: REPAY and TOP_UP from the owner's wallet into the owner's own position, checked before and after.
/// A venue's guard says how its venue is read and paid. This contract keeps no funds and makes no call that its caller chooses.
/// @dev Reverts of tokens and venues come through unchanged.
abstract contract GuardActions is MandateRegistry {
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

    error InexactTransfer(address token, uint256 wanted, uint256 sent, uint256 received);
    error OwnBalanceChanged(address token, uint256 balanceBefore, uint256 balanceAfter);
    error DebtNotReduced(uint256 debtBefore, uint256 debtAfter, uint256 repaid);
    error CollateralNotAdded(uint256 collateralBefore, uint256 collateralAfter, uint256 supplied);

    /// @notice What stands between a mandate and an action, and how much one could move, at this block.
    /// @param reason selector of the error that any keeper would get now; zero when nothing known to the guard stands in
    /// the way. The venue (a pause, a freeze, a cap), the token and the band may still refuse an action.
    /// @param healthFactor scaled by 1e18
    /// @param debt owed in the mandate's debt asset
    /// @param maxRepay the most that `repay` could take from the wallet, before the band is looked at
    /// @param maxTopUp the most that `topUp` could take from the wallet, before the band is looked at
    /// @param maxFill the most debt that `fill` could repay, before price and band are looked at
    /// @param maxOut the most collateral that `fill` could pay out: what the owner holds and has approved
    /// @param budgetLeft units of the debt asset left of the day budget, for a mandate that is live or could be
    /// @param fillReason selector of the error that stands in the way of FILL alone; zero when none does
    struct Preview {
        bytes4 reason;
        uint256 healthFactor;
        uint256 debt;
        uint256 maxRepay;
        uint256 maxTopUp;
        uint256 maxFill;
        uint256 maxOut;
        uint256 budgetLeft;
        bytes4 fillReason;
    }

    /// @dev The owner's position as the venue sees it: the health factor of the whole account, and of the mandate's pair what is
    /// owed and held, in the units of the tokens, with interest up to this block.
    struct Account {
        uint256 healthFactor;
        uint256 debt;
        uint256 collateral;
    }

    /* WHAT A VENUE SAYS */

    /// @dev Brings the venue's interest up to this block, where reading does not.
    function _accrue(Terms memory t) internal virtual {}

    function _account(Terms memory t) internal view virtual returns (Account memory);

    /// @dev The token of an asset that the mandate names.
    function _tokenOf(address asset) internal view virtual returns (IToken) {
        return IToken(asset);
    }

    /// @dev Whom the venue has take the tokens of an asset.
    function _payeeOf(address asset) internal view virtual returns (address);

    /// @param inFull `amount` is all that is owed
    function _payDebt(Terms memory t, uint256 amount, bool inFull) internal virtual;

    function _addCollateral(Terms memory t, uint256 amount) internal virtual;

    /// @dev Units by which the venue's own rounding may move the two balances of `Account`.
    function _rounding(Terms memory t) internal view virtual returns (uint256 debtUnits, uint256 collateralUnits);

    /// @dev Reverts where added collateral would not count or would be somebody else's way out.
    function _requireTopUpCounts(Terms memory t) internal view virtual;

    /// @dev Whether `_requireTopUpCounts` would let it pass.
    function _topUpCounts(Terms memory t) internal view virtual returns (bool);

    /* ACTIONS */

    function _repay(Terms memory t, uint256 min, uint256 max, uint256 deadline) internal locked {
        uint256 seq = _authorise(t, Actions.REPAY, deadline);
        _accrue(t);
        Account memory before = _account(t);
        AmountRule.requireTriggered(before.healthFactor, t.triggerHf);

        uint256 available = _available(t.debt, t.owner);
        uint256 amount = AmountRule.amountToMove(min, max, available, before.debt);
        bool inFull = amount == before.debt;
        _repayFrom(t, t.owner, amount, inFull);

        Account memory after_ = _account(t);
        _requireDebtFell(t, before, after_, amount);
        _requireCollateralRose(t, before, after_, 0);
        AmountRule.requireBand(
            before.healthFactor, after_.healthFactor, t.minHf, t.maxHf, inFull || amount == available, inFull
        );
        _report(t, Actions.REPAY, seq, before.healthFactor, after_.healthFactor, amount, 0, 0);
    }

    function _topUp(Terms memory t, uint256 min, uint256 max, uint256 deadline) internal locked {
        uint256 seq = _authorise(t, Actions.TOP_UP, deadline);
        _accrue(t);
        Account memory before = _account(t);
        AmountRule.requireTriggered(before.healthFactor, t.triggerHf);
        _requireTopUpCounts(t);

        uint256 available = _available(t.collateral, t.owner);
        uint256 amount = AmountRule.amountToMove(min, max, available, type(uint256).max);
        uint256 held = _take(t.collateral, t.owner, amount);
        _addCollateral(t, amount);
        _requireNothingKept(t.collateral, held);

        Account memory after_ = _account(t);
        _requireDebtFell(t, before, after_, 0);
        _requireCollateralRose(t, before, after_, amount);
        AmountRule.requireBand(
            before.healthFactor, after_.healthFactor, t.minHf, t.maxHf, amount == available, false
        );
        _report(t, Actions.TOP_UP, seq, before.healthFactor, after_.healthFactor, 0, amount, 0);
    }

    /* VIEWS */

    /// @dev See `Preview`; without what concerns FILL.
    function _preview(Terms memory t) internal view virtual returns (Preview memory p) {
        Account memory account = _account(t);
        p.healthFactor = account.healthFactor;
        p.debt = account.debt;
        if (t.actions & Actions.REPAY != 0) {
            uint256 available = _available(t.debt, t.owner);
            p.maxRepay = available < account.debt ? available : account.debt;
        }
        if (t.actions & Actions.TOP_UP != 0 && _topUpCounts(t)) p.maxTopUp = _available(t.collateral, t.owner);
    }

    /// @dev Selector of the error in the way of every action; zero when none is known.
    function _reason(Terms memory t, Preview memory p) internal view returns (bytes4 reason) {
        reason = _obstacle(t);
        if (reason != bytes4(0)) return reason;
        if (p.healthFactor >= t.triggerHf) return AmountRule.NotTriggered.selector;
        if (p.maxRepay == 0 && p.maxTopUp == 0 && p.maxFill == 0) return AmountRule.NothingToMove.selector;
    }

    /* MOVING TOKENS */

    /// @dev Takes `amount` of the debt's token from `payer` and repays the owner's debt with it.
    function _repayFrom(Terms memory t, address payer, uint256 amount, bool inFull) internal {
        uint256 held = _take(t.debt, payer, amount);
        _payDebt(t, amount, inFull);
        _requireNothingKept(t.debt, held);
    }

    /// @dev Takes exactly `amount` from `payer` and approves it to the venue. Returns what this contract held before,
    /// which is nothing unless a stranger sent it something.
    function _take(address asset, address payer, uint256 amount) private returns (uint256 held) {
        IToken token = _tokenOf(asset);
        held = token.balanceOf(address(this));
        uint256 payerHeld = token.balanceOf(payer);
        token.transferFrom(payer, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - held;
        uint256 sent = payerHeld - token.balanceOf(payer);
        if (received != amount || sent != amount) revert InexactTransfer(address(token), amount, sent, received);
        token.approve(_payeeOf(asset), amount);
    }

    /// @dev After the venue took its due, this contract holds what it held before and the venue may take nothing more.
    function _requireNothingKept(address asset, uint256 held) private {
        IToken token = _tokenOf(asset);
        uint256 holds = token.balanceOf(address(this));
        if (holds != held) revert OwnBalanceChanged(address(token), held, holds);
        address payee = _payeeOf(asset);
        if (token.allowance(address(this), payee) != 0) token.approve(payee, 0);
    }

    /// @dev What the owner holds and has approved to this contract.
    function _available(address asset, address owner) internal view returns (uint256) {
        return _lesser(_tokenOf(asset), owner);
    }

    /// @dev The lesser of an account's balance of a token and its approval to this contract.
    function _lesser(IToken token, address account) internal view returns (uint256) {
        uint256 balance = token.balanceOf(account);
        uint256 allowance = token.allowance(account, address(this));
        return balance < allowance ? balance : allowance;
    }

    /* CHECKS AFTERWARDS */

    function _requireDebtFell(Terms memory t, Account memory before, Account memory after_, uint256 repaid)
        internal
        view
    {
        (uint256 rounding,) = _rounding(t);
        if (after_.debt + repaid > before.debt + rounding) revert DebtNotReduced(before.debt, after_.debt, repaid);
    }

    function _requireCollateralRose(Terms memory t, Account memory before, Account memory after_, uint256 supplied)
        private
        view
    {
        (, uint256 rounding) = _rounding(t);
        if (after_.collateral + rounding < before.collateral + supplied) {
            revert CollateralNotAdded(before.collateral, after_.collateral, supplied);
        }
    }

    function _report(
        Terms memory t,
        uint8 action,
        uint256 seq,
        uint256 hfBefore,
        uint256 hfAfter,
        uint256 debtRepaid,
        uint256 collateralIn,
        uint256 collateralOut
    ) internal {
        emit Executed(
            t.mandateHash, t.owner, msg.sender, action, seq, hfBefore, hfAfter, debtRepaid, collateralIn, collateralOut
        );
    }
}
