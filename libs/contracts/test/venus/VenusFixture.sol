// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {Mandate} from "../../solidity/guard/Mandate.sol";
import {Actions} from "../../solidity/guard/Terms.sol";
import {VenusGuard} from "../../solidity/guard/VenusGuard.sol";
import {IFeed} from "../../solidity/interfaces/IFeed.sol";
import {IToken} from "../../solidity/interfaces/IToken.sol";
import {IVToken, IVenusComptroller} from "../../solidity/interfaces/IVenus.sol";
import {Keepers} from "../../solidity/Keepers.sol";
import {MockToken} from "../support/MockTokens.sol";
import {RealCode} from "../support/RealCode.sol";

/// @notice Those functions of the comptroller that users, liquidators and its admin call, by the facets that have them.
interface IComptrollerForAll is IVenusComptroller {
    struct FacetCut {
        address facet;
        uint8 action;
        bytes4[] selectors;
    }

    function _setPendingImplementation(address implementation) external returns (uint256);
    function _become(address unitroller) external;
    function diamondCut(FacetCut[] calldata cuts) external;

    function enterMarkets(address[] calldata vTokens) external returns (uint256[] memory);
    function exitMarket(address vToken) external returns (uint256);
    function isComptroller() external view returns (bool);
    function _supportMarket(address vToken) external returns (uint256);
    function liquidateCalculateSeizeTokens(address, address, uint256) external view returns (uint256, uint256);

    function getAccountLiquidity(address account) external view returns (uint256, uint256 liquidity, uint256 shortfall);
    function mintAllowed(address, address, uint256) external returns (uint256);
    function mintVerify(address, address, uint256, uint256) external;
    function redeemAllowed(address, address, uint256) external returns (uint256);
    function redeemVerify(address, address, uint256, uint256) external;
    function borrowAllowed(address, address, uint256) external returns (uint256);
    function borrowVerify(address, address, uint256) external;
    function repayBorrowAllowed(address, address, address, uint256) external returns (uint256);
    function repayBorrowVerify(address, address, address, uint256, uint256) external;
    function liquidateBorrowAllowed(address, address, address, address, uint256) external returns (uint256);
    function liquidateBorrowVerify(address, address, address, address, uint256, uint256) external;
    function seizeAllowed(address, address, address, address, uint256) external returns (uint256);
    function seizeVerify(address, address, address, address, uint256) external;

    function _setPriceOracle(address oracle) external returns (uint256);
    function _setCloseFactor(uint256 factor) external returns (uint256);
    function _setComptrollerLens(address lens) external returns (uint256);
    function _setAccessControl(address accessControl) external returns (uint256);
    function _setCollateralFactor(address vToken, uint256 factor) external returns (uint256);
    function _setLiquidationIncentive(uint256 incentive) external returns (uint256);
    function _setMarketSupplyCaps(address[] calldata vTokens, uint256[] calldata caps) external;
    function _setMarketBorrowCaps(address[] calldata vTokens, uint256[] calldata caps) external;
    function _setActionsPaused(address[] calldata vTokens, uint8[] calldata actions, bool paused) external;
    function _setVAIController(address controller) external returns (uint256);
}

interface IVTokenForAll is IVToken {
    function mint(uint256 amount) external returns (uint256);
    function borrow(uint256 amount) external returns (uint256);
    function redeem(uint256 vTokens) external returns (uint256);
    function liquidateBorrow(address borrower, uint256 amount, address collateral) external returns (uint256);
    function borrowBalanceStored(address account) external view returns (uint256);
    function balanceOf(address account) external view returns (uint256);
}

interface ISimplePriceOracle {
    function setUnderlyingPrice(address vToken, uint256 price) external;
}

/// @notice A stand-in for Venus's VAI controller, which answers with what was set by hand.
contract VaiStandIn {
    uint256 public owed;

    function setOwed(uint256 owed_) external {
        owed = owed_;
    }

    function getVAIRepayAmount(address) external view returns (uint256) {
        return owed;
    }
}

/// @notice One loan on the real Venus 9.0.0 (its core pool of facets, its markets and rate model; oracle and access control are
/// the package's own test contracts): 10 WETH at 2,700 against 18,000 USD of 6 decimals, collateral factor 80%, health factor
/// 1.2, with a live mandate (trigger 1.25, band 1.26 to 1.50) and 15,000 USD and 5 WETH in the wallet, all approved.
abstract contract VenusFixture is RealCode {
    uint256 internal constant OWNER_KEY = 0xA11CE;
    address internal constant KEEPER = address(0x1EE9);
    address internal constant STRANGER = address(0x57A6);
    address internal constant REMOVER = address(0x0FF);
    address internal constant LENDER = address(0x1E4D);

    uint256 internal constant NOW = 1_700_000_000;
    uint256 internal constant DEADLINE = NOW + 120;
    uint256 internal constant DEBT = 18_000e6;
    uint256 internal constant TRIGGER = 1.25e18;
    uint256 internal constant MIN_HF = 1.26e18;
    uint256 internal constant MAX_HF = 1.5e18;

    address internal owner = vm.addr(OWNER_KEY);
    IComptrollerForAll internal comptroller;
    ISimplePriceOracle internal oracle;
    address internal rates;
    MockToken internal weth;
    MockToken internal usd;
    IVTokenForAll internal vWeth;
    IVTokenForAll internal vUsd;
    Keepers internal keepers;
    VenusGuard internal guard;

    function setUp() public virtual {
        vm.warp(NOW);
        vm.roll(1_000);
        _deployComptroller();
        weth = _newCollateralToken();
        usd = _newDebtToken();
        usd.setDecimals(6);
        vWeth = _listMarket(weth, 18, 2_700, 0.8e18);
        vUsd = _listMarket(usd, 6, 1, 0.82e18);
        keepers = new Keepers(REMOVER, _one(KEEPER), _one(KEEPER), new Keepers.PairFeeds[](0), IFeed(address(0)));
        guard = new VenusGuard(comptroller);
        _lend(usd, vUsd, 1_000_000e6);
        _lend(weth, vWeth, 1_000e18);
        _borrow(10e18, DEBT);
        _fund(15_000e6, 5e18);
        _activate(_mandate());
    }

    function _newCollateralToken() internal virtual returns (MockToken) {
        return new MockToken();
    }

    function _newDebtToken() internal virtual returns (MockToken) {
        return new MockToken();
    }

    function _deployComptroller() private {
        comptroller = IComptrollerForAll(_deploy("Unitroller", ""));
        address diamond = _deploy("Diamond", "");
        comptroller._setPendingImplementation(diamond);
        IComptrollerForAll(diamond)._become(address(comptroller));
        IComptrollerForAll.FacetCut[] memory cuts = new IComptrollerForAll.FacetCut[](3);
        cuts[0] = IComptrollerForAll.FacetCut(_deploy("MarketFacet", ""), 0, _marketSelectors());
        cuts[1] = IComptrollerForAll.FacetCut(_deploy("PolicyFacet", ""), 0, _policySelectors());
        cuts[2] = IComptrollerForAll.FacetCut(_deploy("SetterFacet", ""), 0, _setterSelectors());
        comptroller.diamondCut(cuts);
        oracle = ISimplePriceOracle(_deploy("SimplePriceOracle", ""));
        comptroller._setAccessControl(_deploy("AccessControlManagerMock", abi.encode(address(this))));
        comptroller._setComptrollerLens(_deploy("ComptrollerLens", ""));
        comptroller._setPriceOracle(address(oracle));
        comptroller._setCloseFactor(0.5e18);
        comptroller._setLiquidationIncentive(1.1e18);
        rates = _deploy("JumpRateModel", abi.encode(0, 0.05e18, 1e18, 0.8e18));
    }

    /// @dev A market with a unit of the vToken (8 decimals) beginning at 0.02 of the token's whole.
    function _listMarket(MockToken token, uint8 decimals, uint256 price, uint256 factor)
        internal
        returns (IVTokenForAll vToken)
    {
        bytes memory arguments = abi.encode(
            address(token), address(comptroller), rates, 2 * 10 ** (decimals + 8), "Venus token", "vT", 8, address(this)
        );
        vToken = IVTokenForAll(_deploy("VBep20Immutable", arguments));
        comptroller._supportMarket(address(vToken));
        _setPrice(vToken, price, decimals);
        comptroller._setMarketSupplyCaps(_one(address(vToken)), _oneOf(type(uint256).max));
        comptroller._setMarketBorrowCaps(_one(address(vToken)), _oneOf(type(uint256).max / 2));
        comptroller._setCollateralFactor(address(vToken), factor);
    }

    /// @param price whole USD for a whole token
    function _setPrice(IVTokenForAll vToken, uint256 price, uint8 decimals) internal {
        oracle.setUnderlyingPrice(address(vToken), price * 10 ** (36 - decimals));
    }

    function _lend(MockToken token, IVTokenForAll vToken, uint256 amount) internal {
        token.mint(LENDER, amount);
        vm.startPrank(LENDER);
        IToken(address(token)).approve(address(vToken), amount);
        assertEq(vToken.mint(amount), 0, "lent");
        vm.stopPrank();
    }

    /// @dev The owner's loan; what was borrowed leaves the wallet.
    function _borrow(uint256 collateral, uint256 debt) internal {
        weth.mint(owner, collateral);
        vm.startPrank(owner);
        IToken(address(weth)).approve(address(vWeth), collateral);
        assertEq(vWeth.mint(collateral), 0, "supplied");
        comptroller.enterMarkets(_one(address(vWeth)));
        assertEq(vUsd.borrow(debt), 0, "borrowed");
        usd.transfer(STRANGER, debt);
        vm.stopPrank();
    }

    function _fund(uint256 usdAmount, uint256 wethAmount) internal {
        usd.mint(owner, usdAmount);
        weth.mint(owner, wethAmount);
        vm.startPrank(owner);
        IToken(address(usd)).approve(address(guard), usdAmount);
        IToken(address(weth)).approve(address(guard), wethAmount);
        vm.stopPrank();
    }

    function _mandate() internal view returns (Mandate memory) {
        return Mandate({
            owner: owner,
            collateral: address(vWeth),
            debt: address(vUsd),
            actions: Actions.TOP_UP | Actions.REPAY,
            triggerHf: uint64(TRIGGER),
            minHf: uint64(MIN_HF),
            maxHf: uint64(MAX_HF),
            maxCostBps: 0,
            fillPerDay: 0,
            keepers: address(keepers),
            expiry: uint40(NOW + 180 days),
            prev: keccak256(abi.encode(bytes32(0), bytes32(0)))
        });
    }

    function _signature(Mandate memory m, uint256 key) internal view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, guard.hashMandate(m));
        return abi.encodePacked(r, s, v);
    }

    function _activate(Mandate memory m) internal {
        guard.activate(m, _signature(m, OWNER_KEY));
    }

    function _repay(uint256 min, uint256 max) internal {
        Mandate memory m = _mandate();
        vm.prank(KEEPER);
        guard.repay(m, min, max, DEADLINE);
    }

    function _topUp(uint256 min, uint256 max) internal {
        Mandate memory m = _mandate();
        vm.prank(KEEPER);
        guard.topUp(m, min, max, DEADLINE);
    }

    function _repayReverts(Mandate memory m, uint256 min, uint256 max, bytes memory data) internal {
        vm.prank(KEEPER);
        vm.expectRevert(data);
        guard.repay(m, min, max, DEADLINE);
    }

    function _topUpReverts(Mandate memory m, uint256 min, uint256 max, bytes memory data) internal {
        vm.prank(KEEPER);
        vm.expectRevert(data);
        guard.topUp(m, min, max, DEADLINE);
    }

    function _debt() internal view returns (uint256) {
        return vUsd.borrowBalanceStored(owner);
    }

    function _health() internal view returns (uint256) {
        return guard.preview(_mandate()).healthFactor;
    }

    function _accrue() internal {
        vWeth.accrueInterest();
        vUsd.accrueInterest();
    }

    function _assertNothingLeft() internal view {
        assertEq(usd.balanceOf(address(guard)) + weth.balanceOf(address(guard)), 0, "the guard's balances");
        assertEq(usd.allowance(address(guard), address(vUsd)), 0, "USD that the market may take from the guard");
        assertEq(weth.allowance(address(guard), address(vWeth)), 0, "WETH that the market may take from the guard");
    }

    function _one(address account) internal pure returns (address[] memory list) {
        list = new address[](1);
        list[0] = account;
    }

    function _oneOf(uint256 value) internal pure returns (uint256[] memory list) {
        list = new uint256[](1);
        list[0] = value;
    }

    function _marketSelectors() private pure returns (bytes4[] memory s) {
        s = new bytes4[](7);
        s[0] = IComptrollerForAll.enterMarkets.selector;
        s[1] = IComptrollerForAll.exitMarket.selector;
        s[2] = IComptrollerForAll.isComptroller.selector;
        s[3] = IComptrollerForAll._supportMarket.selector;
        s[4] = IComptrollerForAll.liquidateCalculateSeizeTokens.selector;
        s[5] = IVenusComptroller.getAssetsIn.selector;
        s[6] = IVenusComptroller.checkMembership.selector;
    }

    function _policySelectors() private pure returns (bytes4[] memory s) {
        s = new bytes4[](13);
        s[0] = IComptrollerForAll.getAccountLiquidity.selector;
        s[1] = IComptrollerForAll.mintAllowed.selector;
        s[2] = IComptrollerForAll.mintVerify.selector;
        s[3] = IComptrollerForAll.redeemAllowed.selector;
        s[4] = IComptrollerForAll.redeemVerify.selector;
        s[5] = IComptrollerForAll.borrowAllowed.selector;
        s[6] = IComptrollerForAll.borrowVerify.selector;
        s[7] = IComptrollerForAll.repayBorrowAllowed.selector;
        s[8] = IComptrollerForAll.repayBorrowVerify.selector;
        s[9] = IComptrollerForAll.liquidateBorrowAllowed.selector;
        s[10] = IComptrollerForAll.liquidateBorrowVerify.selector;
        s[11] = IComptrollerForAll.seizeAllowed.selector;
        s[12] = IComptrollerForAll.seizeVerify.selector;
    }

    function _setterSelectors() private pure returns (bytes4[] memory s) {
        s = new bytes4[](10);
        s[0] = IComptrollerForAll._setPriceOracle.selector;
        s[1] = IComptrollerForAll._setCloseFactor.selector;
        s[2] = IComptrollerForAll._setComptrollerLens.selector;
        s[3] = IComptrollerForAll._setAccessControl.selector;
        s[4] = IComptrollerForAll._setCollateralFactor.selector;
        s[5] = IComptrollerForAll._setLiquidationIncentive.selector;
        s[6] = IComptrollerForAll._setMarketSupplyCaps.selector;
        s[7] = IComptrollerForAll._setMarketBorrowCaps.selector;
        s[8] = IComptrollerForAll._setActionsPaused.selector;
        s[9] = IComptrollerForAll._setVAIController.selector;
    }
}
