// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IAaveLending, IMorphoLending} from "../interfaces/IFlashLenders.sol";
import {IKeepers} from "../interfaces/IKeepers.sol";
import {ISwapRouter} from "../interfaces/ISwapRouter.sol";
import {IToken} from "../interfaces/IToken.sol";
import {TransientLock} from "../libraries/TransientLock.sol";
import {SwapPath} from "./SwapPath.sol";
import {TokenSteps} from "./TokenSteps.sol";

/// @title Pays a guard's FILL with a flash loan and sells what it gets for it.
/// @notice In one transaction: borrow debt tokens, hand them to the guard, take the collateral it releases, sell that on Uniswap
/// v3, pay the loan back, give the keeper the gas it asked for, and repay the owner's debt with the rest.
///
/// Nobody approves anything to it, and between transactions it holds nothing and has approved nothing. So there is nothing to
/// take from it, whoever calls and with whatever arguments: it asks the mandate's keepers contract who may call, and whoever
/// brings a mandate and a keepers contract of his own moves his own money only. The limits that protect the owner are the
/// guard's. It has no list, no owner, no admin and no way to receive ether.
/// @dev What the router does between its two ends is not looked at, only what comes out of it. Reverts of the guard, the
/// lenders, the router and the tokens come through unchanged.
abstract contract Filler is TransientLock {
    using TokenSteps for address;

    /// @param swappedIn units of collateral sold
    /// @param swappedOut units of the debt token that the sale brought
    /// @param premium units of the debt token that the lender took for the loan
    /// @param kept units of the debt token that the keeper got
    /// @param surplus units of the debt token that went to the owner, as a repayment or, where the venue takes none, as tokens
    event Filled(
        bytes32 indexed mandateHash,
        address indexed keeper,
        uint256 swappedIn,
        uint256 swappedOut,
        uint256 premium,
        uint256 kept,
        uint256 surplus
    );

    error NotContract(address account);
    error CalledByItself();
    error NotKeeper(address caller, address keepers);
    error DeadlinePassed(uint256 deadline, uint256 timestamp);
    error UnknownRouter(address router);
    error UnknownLender(uint8 lender);
    error NotLender(address caller, address lender);
    error NotInitiator(address initiator);
    error UnexpectedLoan(bytes32 loan, bytes32 expected);
    error LoanNotGiven(address lender);
    error SwapTooSmall(uint256 held, uint256 needed);
    error LeftBehind(address token, uint256 amount);

    /// @notice An order, whatever kind of mandate it is under.
    /// @param loan units of the debt token to borrow; the guard may take less
    /// @param keeps units of the debt token for the keeper
    struct Deal {
        bytes32 mandateHash;
        address owner;
        address collateral;
        address debt;
        address keeper;
        uint256 loan;
        uint256 deadline;
        uint8 lender;
        address router;
        bytes path;
        uint256 keeps;
    }

    uint8 internal constant AAVE = 0;
    uint8 internal constant MORPHO = 1;

    /// @notice Lender 0. Takes a premium. The zero address where the chain has no Aave.
    IAaveLending public immutable aavePool;

    /// @notice Lender 1. Takes none. The zero address where the chain has no Morpho.
    IMorphoLending public immutable morpho;

    /// @dev Who is paid for the collateral; nothing but its `fill` and its views is ever called.
    address internal immutable _guard;

    /// @notice Where collateral may be sold. The list is given once.
    mapping(address router => bool) public isRouter;

    /// @dev Hash of the one loan that was asked for and has not arrived.
    bytes32 private transient _awaited;

    /// @param guard_ known to be a contract
    constructor(address guard_, address[] memory routers, address aavePool_, address morpho_) {
        _guard = guard_;
        for (uint256 i = 0; i < routers.length; i++) {
            isRouter[_contract(routers[i])] = true;
        }
        aavePool = IAaveLending(_contractOrNone(aavePool_));
        morpho = IMorphoLending(_contractOrNone(morpho_));
    }

    /* THE LENDERS' CALLBACKS */

    /// @notice Called by Aave between giving a loan and taking it back. Only for the loan that `fill` is waiting for.
    function executeOperation(address asset, uint256 amount, uint256 premium, address initiator, bytes calldata data)
        external
        returns (bool)
    {
        if (msg.sender != address(aavePool)) revert NotLender(msg.sender, address(aavePool));
        // Anyone may have Aave lend to anyone.
        if (initiator != address(this)) revert NotInitiator(initiator);
        (Deal memory deal, bytes memory order) = abi.decode(data, (Deal, bytes));
        _expect(asset, amount, data);
        _useLoan(deal, order, premium);
        return true;
    }

    /// @notice Called by Morpho between giving a loan and taking it back. Only for the loan that `fill` is waiting for.
    /// @dev Morpho lends to its caller alone and does not say which token: that one is in the data, whose hash is checked.
    function onMorphoFlashLoan(uint256 amount, bytes calldata data) external {
        if (msg.sender != address(morpho)) revert NotLender(msg.sender, address(morpho));
        (Deal memory deal, bytes memory order) = abi.decode(data, (Deal, bytes));
        _expect(deal.debt, amount, data);
        _useLoan(deal, order, 0);
    }

    /* WHAT A VENUE DOES */

    /// @dev Has the guard fill; `order` is what `_fill` was given. The guard takes debt tokens from this contract.
    function _callGuard(bytes memory order) internal virtual;

    /// @dev Turns what the guard released into tokens of the collateral, in this contract's hands.
    function _collect(address collateral) internal virtual;

    /// @dev Repays up to `amount` of the owner's debt from this contract's tokens. It may also repay less, or nothing, but
    /// must not revert: what is not repaid goes to the owner's wallet.
    function _repayFor(Deal memory deal, bytes memory order, uint256 amount) internal virtual;

    /* THE FLOW */

    /// @dev The first half, up to the loan. `fill` of the venue has the lock.
    /// @param order the venue's arguments for its guard
    function _fill(Deal memory deal, address keepers, bytes memory order) internal {
        _requireKeeper(keepers);
        if (block.timestamp > deal.deadline) revert DeadlinePassed(deal.deadline, block.timestamp);
        if (!isRouter[deal.router]) revert UnknownRouter(deal.router);
        SwapPath.requireBetween(deal.path, deal.collateral, deal.debt);
        address lender = _lenderOf(deal);

        bytes memory data = abi.encode(deal, order);
        _awaited = _hashOf(lender, deal.debt, deal.loan, keccak256(data));
        if (deal.lender == AAVE) aavePool.flashLoanSimple(address(this), deal.debt, deal.loan, data, 0);
        else morpho.flashLoan(deal.debt, deal.loan, data);
        if (_awaited != bytes32(0)) revert LoanNotGiven(lender);

        deal.debt.disallow(lender);
        _requireEmpty(deal.debt);
        _requireEmpty(deal.collateral);
    }

    /// @dev The second half, with the loan in hand: inside the lender's call. Balances and not amounts are what is spent, so
    /// that whatever a stranger sent here goes the same way and nothing stays.
    function _useLoan(Deal memory deal, bytes memory order, uint256 premium) private {
        uint256 owed = deal.loan + premium;
        uint256 needed = owed + deal.keeps;

        deal.debt.allow(_guard, deal.loan);
        _callGuard(order);
        deal.debt.disallow(_guard);
        _collect(deal.collateral);

        (uint256 sold, uint256 bought) = _sell(deal, needed);
        uint256 held = deal.debt.held();
        if (held < needed) revert SwapTooSmall(held, needed);

        if (deal.keeps != 0) deal.debt.send(deal.keeper, deal.keeps);
        uint256 surplus = held - needed;
        if (surplus != 0) _giveBack(deal, order, surplus, owed);
        deal.debt.allow(_lenderOf(deal), owed);
        emit Filled(deal.mandateHash, deal.keeper, sold, bought, premium, deal.keeps, surplus);
    }

    /// @dev Sells all the collateral for at least what is still needed. What the router leaves is the owner's.
    function _sell(Deal memory deal, uint256 needed) private returns (uint256 sold, uint256 bought) {
        uint256 collateral = deal.collateral.held();
        uint256 before = deal.debt.held();
        deal.collateral.allow(deal.router, collateral);
        ISwapRouter(deal.router).exactInput(
            ISwapRouter.ExactInputParams({
                path: deal.path,
                recipient: address(this),
                deadline: deal.deadline,
                amountIn: collateral,
                amountOutMinimum: before < needed ? needed - before : 0
            })
        );
        deal.collateral.disallow(deal.router);
        bought = deal.debt.held() - before;
        uint256 left = deal.collateral.held();
        if (left != 0) deal.collateral.send(deal.owner, left);
        sold = collateral - left;
    }

    /// @dev The owner's debt first; what the venue does not take (the debt is gone, or one unit is less than it can count) to
    /// the owner's wallet.
    function _giveBack(Deal memory deal, bytes memory order, uint256 surplus, uint256 owed) private {
        _repayFor(deal, order, surplus);
        uint256 rest = deal.debt.held() - owed;
        if (rest != 0) deal.debt.send(deal.owner, rest);
    }

    /// @dev Takes note that the loan arrived: the same callback does not count twice.
    function _expect(address token, uint256 amount, bytes calldata data) private {
        bytes32 loan = _hashOf(msg.sender, token, amount, keccak256(data));
        bytes32 expected = _awaited;
        if (loan != expected) revert UnexpectedLoan(loan, expected);
        _awaited = bytes32(0);
    }

    function _hashOf(address lender, address token, uint256 amount, bytes32 dataHash) private pure returns (bytes32) {
        return keccak256(abi.encode(lender, token, amount, dataHash));
    }

    /// @dev The list that the mandate names is the only one: a key removed there is removed here.
    function _requireKeeper(address keepers) internal view {
        if (msg.sender == address(this)) revert CalledByItself();
        if (!IKeepers(keepers).isKeeper(msg.sender)) revert NotKeeper(msg.sender, keepers);
    }

    function _lenderOf(Deal memory deal) private view returns (address lender) {
        if (deal.lender == AAVE) lender = address(aavePool);
        else if (deal.lender == MORPHO) lender = address(morpho);
        if (lender == address(0)) revert UnknownLender(deal.lender);
    }

    /// @dev A token that says it moved and did not would leave value here for whoever comes next.
    function _requireEmpty(address token) private view {
        uint256 amount = token.held();
        if (amount != 0) revert LeftBehind(token, amount);
    }

    function _contractOrNone(address account) private view returns (address) {
        return account == address(0) ? account : _contract(account);
    }

    function _contract(address account) internal view returns (address) {
        if (account.code.length == 0) revert NotContract(account);
        return account;
    }
}
