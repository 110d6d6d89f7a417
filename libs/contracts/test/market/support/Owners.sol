// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../../../solidity/guard/Mandate.sol";
import {Actions} from "../../../solidity/guard/Terms.sol";
import {IToken} from "../../../solidity/interfaces/IToken.sol";
import {Planner} from "./Planner.sol";

/// @notice Owners, the honest keeper and the remover of keepers, in any order, over the loans of `Loans`.
abstract contract Owners is Planner {
    /// @dev The loan that most moves are about; the others get the rest, so that a sequence goes deep into one.
    uint256 internal focus;
    /// @dev Whether governance changed something that was not put back since.
    bool internal disturbed;

    function _pick(uint256 seed) internal view returns (uint256) {
        return seed % 4 != 0 ? focus : (seed / 4) % LOANS;
    }

    function turnTo(uint256 seed) external {
        focus = seed % LOANS;
    }

    /* OWNER */

    function ownerFundsAndApproves(uint256 seed, uint256 debtShare, uint256 collateralShare) external {
        seed = _mix(seed);
        Loan memory loan = loans[_pick(seed)];
        address owner = loan.owner;
        _give(loan.debt, owner, _units(loan.debt, bound(debtShare, 0, loan.fillPerDay)));
        _give(loan.collateral, owner, _units(loan.collateral, bound(collateralShare, 0, loan.fillPerDay)));
        // Sometimes less than all, or nothing.
        uint256 tenths = seed % 16 < 10 ? 10 : seed % 11;
        vm.startPrank(owner);
        IToken(loan.debt).approve(address(guard), IToken(loan.debt).balanceOf(owner) * tenths / 10);
        IToken(loan.collateral).approve(address(guard), IToken(loan.collateral).balanceOf(owner) * tenths / 10);
        aTokenOf[loan.collateral].approve(address(guard), aTokenOf[loan.collateral].balanceOf(owner) * tenths / 10);
        vm.stopPrank();
    }

    function ownerSpends(uint256 seed, uint256 amount) external {
        seed = _mix(seed);
        Loan memory loan = loans[_pick(seed)];
        address asset = seed % 2 == 0 ? loan.debt : loan.collateral;
        uint256 balance = IToken(asset).balanceOf(loan.owner);
        vm.prank(loan.owner);
        IToken(asset).transferFrom(loan.owner, STRANGER, 0);
        _send(asset, loan.owner, STRANGER, bound(amount, 0, balance));
    }

    function ownerBorrowsMore(uint256 seed, uint256 dollars) external {
        seed = _mix(seed);
        Loan memory loan = loans[_pick(seed)];
        if (_price(loan.debt) == 0) return;
        uint256 amount = _units(loan.debt, bound(dollars, 1, 5_000));
        vm.prank(loan.owner);
        try pool.borrow(loan.debt, amount, VARIABLE, 0, loan.owner) {} catch {}
    }

    function ownerWithdraws(uint256 seed, uint256 dollars) external {
        seed = _mix(seed);
        Loan memory loan = loans[_pick(seed)];
        if (_price(loan.collateral) == 0) return;
        uint256 amount = _units(loan.collateral, bound(dollars, 1, 5_000));
        vm.prank(loan.owner);
        try pool.withdraw(loan.collateral, amount, loan.owner) {} catch {}
    }

    function ownerSignsAgain(uint256 seed, uint256 budget, uint256 band) public {
        seed = _mix(seed);
        uint256 index = _pick(seed);
        if (_price(loans[index].debt) == 0) return;
        Mandate memory m = _terms(index, seed, budget, band);
        uint256 which = _sign(index, m);
        if (seed % 3 == 0) {
            vm.prank(m.owner);
            guard.set(m);
        } else {
            guard.activate(m, _signature(m, loans[index].key));
        }
        _noteActivated(index, which);
    }

    /// @dev Signed and given away, not brought to the chain: somebody else may.
    function ownerSignsADraft(uint256 seed, uint256 budget, uint256 band) external {
        seed = _mix(seed);
        uint256 index = _pick(seed);
        if (_price(loans[index].debt) != 0) _sign(index, _terms(index, seed, budget, band));
    }

    function ownerRevokes(uint256 seed) external {
        seed = _mix(seed);
        uint256 index = _pick(seed);
        Loan memory loan = loans[index];
        // What was signed and not used dies with it.
        if ((seed >> 8) % 2 == 0 && _price(loan.debt) != 0) _sign(index, _terms(index, seed, loan.fillPerDay, loan.maxHf));
        vm.roll(block.number + 1);
        vm.prank(loan.owner);
        if (seed % 8 < 6) {
            guard.revoke(loan.collateral, loan.debt);
            _noteRevoked(index);
        } else {
            guard.revokeAll();
            _noteRevokedAll(loan.owner);
        }
        _activatesOld(index, signed[index].length - 1);
        _activatesOld(index, (seed >> 16) % signed[index].length);
    }

    /// @dev Anyone may bring a signed mandate, old or new. `_noteActivated` knows whether it may come alive.
    function _activatesOld(uint256 index, uint256 which) internal {
        Signed storage draft = signed[index][which];
        bytes memory signature = _signature(draft.m, loans[index].key);
        vm.prank(STRANGER);
        try guard.activate(draft.m, signature) {
            _noteActivated(index, which);
        } catch {}
    }

    function _terms(uint256 index, uint256 seed, uint256 budget, uint256 band) private view returns (Mandate memory m) {
        m = _mandate(index);
        Loan memory loan = loans[index];
        m.fillPerDay = uint128(_units(loan.debt, bound(budget, loan.fillPerDay / 20, loan.fillPerDay * 2)));
        m.maxHf = uint64(bound(band, m.minHf + 3 * INSIDE, loan.maxHf));
        m.maxCostBps = uint16(bound(budget >> 128, 0, 500));
        // With a high threshold, a high cost can take more than it brings.
        if (index == RATIO && seed % 4 != 1) m.maxCostBps = uint16(bound(budget >> 128, 0, 50));
        if (seed % 7 == 0) m.keepers = address(otherKeepers);
        if (seed % 5 == 0) m.expiry = uint40(block.timestamp + bound(band >> 128, 0, 3 days));
        if (seed % 11 == 0) m.actions = uint8(1 + band % 7);
    }

    /* HONEST KEEPER */

    function honestRescues(uint256 seed, uint256 aim) external {
        seed = _mix(seed);
        uint256 index = _pick(seed);
        _comeDue(index, seed, aim);
        if (_isDue(index)) _rescue(index, aim);
    }

    /// @dev One action alone, so that all three are exercised and not only the first that goes.
    function honestActs(uint256 seed, uint256 aim) external {
        seed = _mix(seed);
        uint256 index = _pick(seed);
        _comeDue(index, seed, aim);
        if (_isDue(index)) _rescueBy(index, uint8(1 << ((seed >> 8) % 3)), aim);
    }

    /* REMOVER */

    function removerActs(uint256 seed) external {
        seed = _mix(seed);
        if (seed % 4 != 0) return;
        address list = seed % 8 == 0 ? address(keepers) : address(otherKeepers);
        address keeper = seed % 16 < 12 ? THIEF : HONEST;
        if (removed[list][keeper]) return;
        vm.prank(REMOVER);
        (bool done,) = list.call(abi.encodeWithSignature("remove(address)", keeper));
        require(done, "the remover was refused");
        removed[list][keeper] = true;
    }

    /* INTERNAL */

    /// @dev Small numbers are frequent among the inputs; as sources of choices they would always make the same ones.
    function _mix(uint256 seed) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed)));
    }

    function _next(uint256 seed, uint256 i) internal pure returns (uint256) {
        return uint256(keccak256(abi.encode(seed, i)));
    }

    /// @dev Mostly, a move is about a loan that has a live mandate and a health just below its trigger: else few of a
    /// sequence's moves would be about anything.
    function _comeDue(uint256 index, uint256 seed, uint256 target) internal {
        if ((seed >> 200) % 8 == 0) return;
        Loan memory loan = loans[index];
        if (disturbed && (seed >> 204) % 2 == 0) _restoreMarket();
        if ((seed >> 205) % 4 == 0) _giveAndApprove(index, loan.fillPerDay / 2, loan.fillPerDay / 4);
        Mandate memory m = _liveMandate(index);
        bool asItIs = (seed >> 220) % 4 == 0;
        if (!asItIs && (!_isLive(index, chains[index].live) || removed[m.keepers][HONEST] || removed[m.keepers][THIEF])) {
            if (removed[address(keepers)][HONEST] || removed[address(keepers)][THIEF]) keepers = _newKeepers();
            _activateNew(index);
        }
        if (_health(loan.owner) >= loan.trigger) _moveHealth(index, seed >> 208, target);
    }

    function _moveHealth(uint256 index, uint256 kind, uint256 target) internal virtual;
    function _restoreMarket() internal virtual;

    function _send(address asset, address from, address to, uint256 amount) internal {
        vm.prank(from);
        (bool done,) = asset.call(abi.encodeWithSignature("transfer(address,uint256)", to, amount));
        require(done, "transfer");
    }
}
