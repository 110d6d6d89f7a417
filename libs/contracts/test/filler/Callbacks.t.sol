// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveFiller} from "../../solidity/filler/AaveFiller.sol";
import {Filler} from "../../solidity/filler/Filler.sol";
import {TransientLock} from "../../solidity/libraries/TransientLock.sol";
import {FillerFixture} from "./FillerFixture.sol";
import {Trick} from "./MockLenders.sol";

/// @notice A callback counts once, from the lender that was asked, for the very loan that was asked for.
contract FillerCallbackTest is FillerFixture {
    /* FROM OUTSIDE */

    function testNobodyButALenderMayCallBack() public {
        vm.expectRevert(abi.encodeWithSelector(Filler.NotLender.selector, address(this), address(venue)));
        filler.executeOperation(address(usd), LOAN, 0, address(filler), "");
        vm.expectRevert(abi.encodeWithSelector(Filler.NotLender.selector, address(this), address(morpho)));
        filler.onMorphoFlashLoan(LOAN, "");
    }

    function testEachLenderHasItsOwnCallback() public {
        vm.prank(address(morpho));
        vm.expectRevert(abi.encodeWithSelector(Filler.NotLender.selector, address(morpho), address(venue)));
        filler.executeOperation(address(usd), LOAN, 0, address(filler), "");
        vm.prank(address(venue));
        vm.expectRevert(abi.encodeWithSelector(Filler.NotLender.selector, address(venue), address(morpho)));
        filler.onMorphoFlashLoan(LOAN, "");
    }

    function testALoanThatAStrangerTakesForTheFillerReverts() public {
        bytes memory data = _dataOf(_order(AAVE));
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(Filler.NotInitiator.selector, STRANGER));
        pool.flashLoanSimple(address(filler), address(usd), LOAN, data, 0);
    }

    function testALoanThatNobodyAskedForReverts() public {
        bytes memory data = _dataOf(_order(AAVE));
        bytes32 loan = _hashOf(address(venue), address(usd), LOAN, data);
        vm.prank(address(venue));
        vm.expectRevert(abi.encodeWithSelector(Filler.UnexpectedLoan.selector, loan, bytes32(0)));
        filler.executeOperation(address(usd), LOAN, 0, address(filler), data);
        loan = _hashOf(address(morpho), address(usd), LOAN, data);
        vm.prank(address(morpho));
        vm.expectRevert(abi.encodeWithSelector(Filler.UnexpectedLoan.selector, loan, bytes32(0)));
        filler.onMorphoFlashLoan(LOAN, data);
    }

    /* FROM A LENDER THAT WAS ASKED */

    function testAnotherAmountReverts() public {
        AaveFiller.Order memory o = _order(AAVE);
        pool.setTrick(Trick.OtherAmount);
        _reverts(o, _unexpected(address(venue), address(usd), LOAN + 1, _dataOf(o), o));
        o.lender = MORPHO;
        morpho.setTrick(Trick.OtherAmount);
        _reverts(o, _unexpected(address(morpho), address(usd), LOAN + 1, _dataOf(o), o));
    }

    function testAnotherTokenReverts() public {
        AaveFiller.Order memory o = _order(AAVE);
        pool.setTrick(Trick.OtherToken);
        _reverts(o, _unexpected(address(venue), address(0xBAD), LOAN, _dataOf(o), o));
    }

    function testOtherDataReverts() public {
        pool.setTrick(Trick.OtherData);
        _revertsPartly(_order(AAVE), Filler.UnexpectedLoan.selector);
        morpho.setTrick(Trick.OtherData);
        _revertsPartly(_order(MORPHO), Filler.UnexpectedLoan.selector);
    }

    function testAnotherInitiatorReverts() public {
        pool.setTrick(Trick.OtherInitiator);
        _reverts(_order(AAVE), abi.encodeWithSelector(Filler.NotInitiator.selector, address(0xBAD)));
    }

    function testAnotherCallerReverts() public {
        pool.setTrick(Trick.OtherCaller);
        _revertsPartly(_order(AAVE), Filler.NotLender.selector);
        morpho.setTrick(Trick.OtherCaller);
        _revertsPartly(_order(MORPHO), Filler.NotLender.selector);
    }

    function testASecondCallbackInOneTransactionReverts() public {
        AaveFiller.Order memory o = _order(AAVE);
        bytes32 loan = _hashOf(address(venue), address(usd), LOAN, _dataOf(o));
        pool.setTrick(Trick.Twice);
        _reverts(o, abi.encodeWithSelector(Filler.UnexpectedLoan.selector, loan, bytes32(0)));
        o.lender = MORPHO;
        loan = _hashOf(address(morpho), address(usd), LOAN, _dataOf(o));
        morpho.setTrick(Trick.Twice);
        _reverts(o, abi.encodeWithSelector(Filler.UnexpectedLoan.selector, loan, bytes32(0)));
    }

    function testALenderThatDoesNotCallBackReverts() public {
        pool.setTrick(Trick.Silent);
        AaveFiller.Order memory o = _order(AAVE);
        _reverts(o, abi.encodeWithSelector(Filler.LoanNotGiven.selector, address(venue)));
        morpho.setTrick(Trick.Silent);
        o.lender = MORPHO;
        _reverts(o, abi.encodeWithSelector(Filler.LoanNotGiven.selector, address(morpho)));
    }

    /* FROM INSIDE */

    function testNothingReentersAFill() public {
        AaveFiller.Order memory o = _order(AAVE);
        router.setHook(address(filler), abi.encodeCall(filler.fill, (o)));
        _run(o);
        assertTrue(bytes4(router.answer()) == TransientLock.Reentered.selector, "fill from inside");
    }

    function testALoanTakenForTheFillerFromInsideAFillReverts() public {
        AaveFiller.Order memory o = _order(MORPHO);
        bytes memory loan =
            abi.encodeCall(pool.flashLoanSimple, (address(filler), address(usd), LOAN, _dataOf(o), 0));
        router.setHook(address(venue), loan);
        _run(o);
        assertTrue(bytes4(router.answer()) == Filler.NotInitiator.selector, "loan from inside");
        _assertNothingLeft();
    }

    function testTheLockOpensAgain() public {
        _reverts(_order(2), abi.encodeWithSelector(Filler.UnknownLender.selector, 2));
        _run(_order(AAVE));
        venue.setPrice(address(weth), 2_500);
        wethFeed.set(2_500, block.timestamp, block.timestamp);
        AaveFiller.Order memory o = _order(MORPHO);
        o.out = 2.17e18;
        router.setPrice(2_500);
        _run(o);
        _assertNothingLeft();
    }

    /* WHAT THE FILLER SENDS A LENDER */

    function _dataOf(AaveFiller.Order memory o) private view returns (bytes memory) {
        Filler.Deal memory deal = Filler.Deal({
            mandateHash: guard.hashMandate(o.m),
            owner: o.m.owner,
            collateral: o.m.collateral,
            debt: o.m.debt,
            keeper: KEEPER,
            loan: o.max,
            deadline: o.deadline,
            lender: o.lender,
            router: o.router,
            path: o.path,
            keeps: o.keeps
        });
        return abi.encode(deal, abi.encode(o.m, o.min, o.max, o.out, o.deadline));
    }

    function _hashOf(address lender, address token, uint256 amount, bytes memory data) private pure returns (bytes32) {
        return keccak256(abi.encode(lender, token, amount, keccak256(data)));
    }

    function _unexpected(
        address lender,
        address token,
        uint256 amount,
        bytes memory data,
        AaveFiller.Order memory asked
    ) private view returns (bytes memory) {
        bytes32 expected = _hashOf(lender, address(usd), LOAN, _dataOf(asked));
        bytes32 got = _hashOf(lender, token, amount, data);
        return abi.encodeWithSelector(Filler.UnexpectedLoan.selector, got, expected);
    }

    function _revertsPartly(AaveFiller.Order memory o, bytes4 selector) private {
        vm.prank(KEEPER);
        vm.expectPartialRevert(selector);
        filler.fill(o);
    }
}
