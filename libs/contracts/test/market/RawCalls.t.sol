// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {AaveGuard} from "../../solidity/guard/AaveGuard.sol";
import {Mandate} from "../../solidity/guard/Mandate.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {OneLoan} from "./support/OneLoan.sol";

/// @notice Calls as they come, with nothing folded into a sensible range, by whoever is the sender: most revert, and may.
contract RawCaller is OneLoan {
    uint256 public acted;
    uint256 private _debtAtFirst;
    uint256 private _heldAtFirst;

    constructor() {
        OneLoan.setUp();
        _healthTo(1.1e18);
        (_debtAtFirst, _heldAtFirst) = (debtTokenOf[usdc].scaledBalanceOf(live.owner), aTokenOf[weth].scaledBalanceOf(live.owner));
    }

    function setUp() public override {}

    function senders() external view returns (address[] memory list) {
        list = new address[](4);
        (list[0], list[1], list[2], list[3]) = (HONEST, THIEF, STRANGER, live.owner);
    }

    function theGuard() external view returns (address) {
        return address(guard);
    }

    function repay(uint96 min, uint96 max, uint40 late) external {
        vm.prank(msg.sender);
        guard.repay(live, min % 4 == 0 ? min : 0, max, block.timestamp + late);
        acted++;
    }

    function topUp(uint96 min, uint96 max, uint40 late) external {
        vm.prank(msg.sender);
        guard.topUp(live, min % 4 == 0 ? min : 0, max, block.timestamp + late);
        acted++;
    }

    function fill(uint40 max, uint96 out, uint40 late) external {
        vm.prank(msg.sender);
        guard.fill(live, 0, max, out, block.timestamp + late);
        acted++;
    }

    function fillAtTheCeiling(uint40 max, uint8 above) external {
        uint256 out = _ceiling(max) + above % 2;
        vm.prank(msg.sender);
        guard.fill(live, 0, max, out, block.timestamp);
        acted++;
    }

    function anyMandate(Mandate calldata m, uint256 max, uint256 out) external {
        vm.prank(msg.sender);
        guard.fill(m, 0, max, out, block.timestamp);
        acted++;
    }

    function activate(Mandate calldata m, bytes calldata signature) external {
        vm.prank(msg.sender);
        guard.activate(m, signature);
    }

    function ownerSignsAgain() external {
        vm.roll(block.number + 1);
        _use(WETH_USDC);
    }

    function priceMoves(uint64 hf) external {
        _healthTo(bound(hf, 1.02e18, 1.3e18));
    }

    /// @dev No time passes here, so scaled balances say what calls alone did.
    function requireNothingLost() external view {
        for (uint256 i = 0; i < assets.length; i++) {
            assertEq(IToken(assets[i]).balanceOf(address(guard)), 0, "1: guard holds nothing");
            assertEq(IToken(assets[i]).allowance(address(guard), address(pool)), 0, "1: guard allows nothing");
            if (assets[i] == usdc || assets[i] == dai) continue;
            assertEq(debtTokenOf[assets[i]].scaledBalanceOf(live.owner), 0, "9: no debt in another asset");
        }
        uint256 owed = debtTokenOf[usdc].scaledBalanceOf(live.owner);
        uint256 held = aTokenOf[weth].scaledBalanceOf(live.owner);
        assertTrue(owed <= _debtAtFirst, "9: debt never rises");
        if (held < _heldAtFirst) assertTrue(owed < _debtAtFirst, "3: no collateral without a repayment");
    }
}

/// @notice The other way of failing: here reverts are what usually happens, and only the outcome counts.
contract RawCallsTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    RawCaller private _caller;

    function setUp() public {
        _caller = new RawCaller();
    }

    function targetContracts() public view returns (address[] memory list) {
        list = new address[](2);
        (list[0], list[1]) = (address(_caller), _caller.theGuard());
    }

    function targetSenders() public view returns (address[] memory) {
        return _caller.senders();
    }

    function excludeSelectors() public view returns (FuzzSelector[] memory list) {
        list = new FuzzSelector[](1);
        list[0] = FuzzSelector(address(_caller), new bytes4[](1));
        list[0].selectors[0] = RawCaller.setUp.selector;
    }

    /// forge-config: default.invariant.fail-on-revert = false
    /// forge-config: long.invariant.fail-on-revert = false
    function invariantWhateverIsCalledNothingIsLost() public view {
        _caller.requireNothingLost();
    }
}
