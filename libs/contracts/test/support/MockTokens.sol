// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.28;

/// @notice A plain token for tests: anyone may mint.
contract MockToken {
    error InsufficientBalance(address account, uint256 balance, uint256 needed);
    error InsufficientAllowance(address spender, uint256 allowance, uint256 needed);

    uint8 public decimals = 18;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    uint256 public totalSupply;

    function setDecimals(uint8 decimals_) external {
        decimals = decimals_;
    }

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
        totalSupply += amount;
    }

    function approve(address spender, uint256 amount) external virtual returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external virtual returns (bool) {
        _move(msg.sender, to, amount);
        return true;
    }

    function transferFrom(address from, address to, uint256 amount) external virtual returns (bool) {
        _spend(from, amount);
        _move(from, to, amount);
        return true;
    }

    function _spend(address from, uint256 amount) internal {
        uint256 allowed = allowance[from][msg.sender];
        if (allowed < amount) revert InsufficientAllowance(msg.sender, allowed, amount);
        if (allowed != type(uint256).max) allowance[from][msg.sender] = allowed - amount;
    }

    function _move(address from, address to, uint256 amount) internal {
        if (balanceOf[from] < amount) revert InsufficientBalance(from, balanceOf[from], amount);
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice Delivers one per cent less than it was asked to.
contract FeeOnTransferToken is MockToken {
    function transferFrom(address from, address to, uint256 amount) external override returns (bool) {
        _spend(from, amount);
        _move(from, to, amount - amount / 100);
        _move(from, address(0xFEE), amount / 100);
        return true;
    }
}

/// @notice Delivers what it was asked to, and takes one per cent more from the sender.
contract FeeOnSenderToken is MockToken {
    function transferFrom(address from, address to, uint256 amount) external override returns (bool) {
        _spend(from, amount);
        _move(from, to, amount);
        _move(from, address(0xFEE), amount / 100);
        return true;
    }
}

/// @notice Delivers one unit more than it was asked to.
contract GenerousToken is MockToken {
    function transferFrom(address from, address to, uint256 amount) external override returns (bool) {
        _spend(from, amount);
        _move(from, to, amount);
        balanceOf[to] += 1;
        return true;
    }
}

/// @notice Takes one unit more from `payer` than it was asked to, whenever `payer` pays.
contract FeeOnOnePayerToken is MockToken {
    address public payer;

    function setPayer(address payer_) external {
        payer = payer_;
    }

    function transferFrom(address from, address to, uint256 amount) external override returns (bool) {
        _spend(from, amount);
        _move(from, to, amount);
        if (from == payer) _move(from, address(0xFEE), 1);
        return true;
    }
}

/// @notice Refuses to move the tokens of whoever is on its list.
contract BlocklistToken is MockToken {
    error Blocked(address account, string why);

    address public blocked;

    function setBlocked(address account) external {
        blocked = account;
    }

    function transferFrom(address from, address to, uint256 amount) external override returns (bool) {
        if (from == blocked) revert Blocked(from, "on the list");
        _spend(from, amount);
        _move(from, to, amount);
        return true;
    }
}

/// @notice Says false instead of reverting, and moves nothing.
contract FalseReturningToken is MockToken {
    function transferFrom(address, address, uint256) external pure override returns (bool) {
        return false;
    }
}

/// @notice Returns nothing, and refuses to replace one allowance by another: the way of Tether's token.
contract NoReturnToken {
    uint8 public decimals = 18;
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;
    uint256 public totalSupply;

    function setDecimals(uint8 decimals_) external {
        decimals = decimals_;
    }

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
        totalSupply += amount;
    }

    function approve(address spender, uint256 amount) external {
        require(amount == 0 || allowance[msg.sender][spender] == 0, "reset the allowance first");
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        balanceOf[msg.sender] -= amount;
        balanceOf[to] += amount;
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @notice Never counts an allowance down.
contract StickyAllowanceToken is MockToken {
    function transferFrom(address from, address to, uint256 amount) external override returns (bool) {
        require(allowance[from][msg.sender] >= amount, "not allowed");
        _move(from, to, amount);
        return true;
    }
}

/// @notice Calls `target` in the middle of every transferFrom, the way of tokens with hooks; the call must fail for the
/// transfer to go on.
contract HookToken is MockToken {
    address public target;
    bytes public data;
    bytes public answer;

    function setHook(address target_, bytes calldata data_) external {
        target = target_;
        data = data_;
    }

    function transferFrom(address from, address to, uint256 amount) external override returns (bool) {
        _spend(from, amount);
        if (target != address(0)) {
            (bool done, bytes memory returned) = target.call(data);
            answer = returned;
            require(!done, "the call from inside went through");
        }
        _move(from, to, amount);
        return true;
    }
}
