// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

import {IFeed} from "../../../solidity/interfaces/IFeed.sol";
import {IToken} from "../../../solidity/interfaces/IToken.sol";
import {MockToken} from "../../support/MockTokens.sol";
import {Assertions} from "../../support/Vm.sol";
import {IConfigurator, IOracle, IPool, IScaled} from "./Aave.sol";
import {MarketFeed} from "./MarketFeed.sol";
import {MarketVm} from "./MarketVm.sol";

interface ISettableFeed is IFeed {
    function setAnswer(int256 answer) external;
    function latestAnswer() external view returns (int256);
}

interface IMintable {
    function mint(address to, uint256 amount) external;
}

interface IWrapped {
    function deposit() external payable;
    function transfer(address to, uint256 amount) external returns (bool);
}

/// @notice The local chain's real Aave v3.6 market, loaded into forge's EVM from what tools/market-allocs.mts wrote, and what
/// its admin, its price transmitter and its token issuer can do. Prices have 8 decimals.
abstract contract Market is Assertions {
    MarketVm internal constant mvm = MarketVm(address(vm));
    string internal constant FOLDER = "cache/market/";
    uint256 internal constant VARIABLE = 2;
    /// @dev Where a proxy keeps its implementation (EIP-1967).
    bytes32 private constant IMPLEMENTATION = 0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc;

    IPool internal pool;
    IConfigurator internal configurator;
    IOracle internal oracle;
    address internal swapRouter;
    address internal admin;
    address internal whale;
    address internal transmitter;
    address internal weth;
    address internal wsteth;
    address internal wbtc;
    address internal usdc;
    address internal dai;
    /// @dev Every listed asset, those of the tests included.
    address[] internal assets;
    mapping(address asset => ISettableFeed) internal feedOf;
    mapping(address asset => IScaled) internal aTokenOf;
    mapping(address asset => IScaled) internal debtTokenOf;
    mapping(address asset => uint256) internal unitOf;

    function _loadMarket() internal {
        mvm.loadAllocs(string.concat(FOLDER, "allocs.json"));
        string memory json = mvm.readFile(string.concat(FOLDER, "market.json"));
        vm.warp(mvm.parseJsonUint(json, ".time") + 12);
        vm.roll(mvm.parseJsonUint(json, ".block") + 1);
        pool = IPool(mvm.parseJsonAddress(json, ".aave.pool"));
        configurator = IConfigurator(mvm.parseJsonAddress(json, ".aave.configurator"));
        oracle = IOracle(mvm.parseJsonAddress(json, ".aave.oracle"));
        swapRouter = mvm.parseJsonAddress(json, ".swapRouter");
        admin = mvm.parseJsonAddress(json, ".accounts.deployer");
        whale = mvm.parseJsonAddress(json, ".accounts.whale");
        transmitter = mvm.parseJsonAddress(json, ".accounts.transmitter");
        weth = _token(json, "WETH");
        wsteth = _token(json, "wstETH");
        wbtc = _token(json, "WBTC");
        usdc = _token(json, "USDC");
        dai = _token(json, "DAI");
    }

    function _token(string memory json, string memory symbol) private returns (address asset) {
        asset = mvm.parseJsonAddress(json, string.concat(".tokens.", symbol));
        _know(asset, ISettableFeed(mvm.parseJsonAddress(json, string.concat(".feeds.", symbol))));
        mvm.label(asset, symbol);
    }

    function _know(address asset, ISettableFeed feed) private {
        assets.push(asset);
        feedOf[asset] = feed;
        aTokenOf[asset] = IScaled(pool.getReserveAToken(asset));
        debtTokenOf[asset] = IScaled(pool.getReserveVariableDebtToken(asset));
        unitOf[asset] = 10 ** IToken(asset).decimals();
    }

    /* THE ADMIN */

    /// @dev Lists `token` on the real market, as its admin would: 75% to borrow, 80% before liquidation, a bonus of 5%.
    /// @param baseRateBps borrowing costs at least that much a year
    function _list(MockToken token, int256 price, uint32 baseRateBps) internal returns (address asset) {
        asset = address(token);
        ISettableFeed feed = ISettableFeed(address(new MarketFeed(transmitter, price)));
        IConfigurator.NewReserve[] memory list = new IConfigurator.NewReserve[](1);
        list[0].aTokenImpl = _implementation(address(aTokenOf[weth]));
        list[0].variableDebtTokenImpl = _implementation(address(debtTokenOf[weth]));
        list[0].underlyingAsset = asset;
        list[0].aTokenName = list[0].aTokenSymbol = "aTest";
        list[0].variableDebtTokenName = list[0].variableDebtTokenSymbol = "dTest";
        list[0].interestRateData = abi.encode(uint16(9_000), baseRateBps, uint32(500), uint32(5_000));
        vm.startPrank(admin);
        configurator.initReserves(list);
        configurator.configureReserveAsCollateral(asset, 7_500, 8_000, 10_500);
        configurator.setReserveBorrowing(asset, true);
        configurator.setReserveFlashLoaning(asset, true);
        configurator.setReserveFactor(asset, 1_000);
        vm.stopPrank();
        _setSource(asset, address(feed));
        _know(asset, feed);
    }

    function _setSource(address asset, address source) internal {
        address[] memory list = new address[](1);
        address[] memory sources = new address[](1);
        (list[0], sources[0]) = (asset, source);
        vm.prank(admin);
        oracle.setAssetSources(list, sources);
    }

    function _implementation(address proxy) private view returns (address) {
        return address(uint160(uint256(mvm.load(proxy, IMPLEMENTATION))));
    }

    /* PRICES */

    function _setPrice(address asset, int256 price) internal {
        vm.prank(transmitter);
        feedOf[asset].setAnswer(price);
    }

    function _price(address asset) internal view returns (uint256) {
        int256 answer = feedOf[asset].latestAnswer();
        return answer > 0 ? uint256(answer) : 0;
    }

    /// @dev Every feed says again what it said: its answers are as of now.
    function _refreshFeeds() internal {
        for (uint256 i = 0; i < assets.length; i++) {
            _setPrice(assets[i], feedOf[assets[i]].latestAnswer());
        }
    }

    /* TOKENS */

    function _give(address asset, address to, uint256 amount) internal {
        if (amount == 0) return;
        vm.startPrank(whale);
        if (asset == weth) {
            mvm.deal(whale, amount);
            IWrapped(weth).deposit{value: amount}();
            IWrapped(weth).transfer(to, amount);
        } else {
            IMintable(asset).mint(to, amount);
        }
        vm.stopPrank();
    }

    function _approve(address token, address owner, address spender, uint256 amount) internal {
        vm.prank(owner);
        IToken(token).approve(spender, amount);
    }

    /* POSITIONS */

    function _supply(address asset, address owner, uint256 amount) internal {
        _give(asset, owner, amount);
        _approve(asset, owner, address(pool), amount);
        vm.prank(owner);
        pool.supply(asset, amount, owner, 0);
    }

    function _borrow(address asset, address owner, uint256 amount) internal {
        vm.prank(owner);
        pool.borrow(asset, amount, VARIABLE, 0, owner);
    }

    function _health(address owner) internal view returns (uint256 hf) {
        (,,,,, hf) = pool.getUserAccountData(owner);
    }

    /// @dev Units of `asset` that are worth that many dollars.
    function _units(address asset, uint256 dollars) internal view returns (uint256) {
        return dollars * 1e8 * unitOf[asset] / _price(asset);
    }
}
