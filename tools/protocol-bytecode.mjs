// The creation bytecode of protocols as their packages ship it, put where the Solidity tests can read it: one file of
// hexadecimal text each, in libs/contracts/cache/protocols. Nothing of it is committed.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const bundlers = join(root, 'node_modules', '@morpho-org', 'morpho-blue-bundlers', 'types', 'factories', 'lib');

const venus = (path) => () => JSON.parse(readFileSync(join(root, 'node_modules', '@venusprotocol', 'venus-protocol', 'artifacts', 'contracts', path), 'utf8')).bytecode;

/** Name of the file, and where the bytecode comes from. */
const protocols = {
  Morpho: () => require(join(bundlers, 'morpho-blue', 'src', 'Morpho__factory.js')).Morpho__factory.bytecode,
  AdaptiveCurveIrm: () => require(join(bundlers, 'morpho-blue-irm', 'src', 'adaptive-curve-irm', 'AdaptiveCurveIrm__factory.js')).AdaptiveCurveIrm__factory.bytecode,
  Unitroller: venus('Comptroller/Unitroller.sol/Unitroller.json'),
  Diamond: venus('Comptroller/Diamond/Diamond.sol/Diamond.json'),
  MarketFacet: venus('Comptroller/Diamond/facets/MarketFacet.sol/MarketFacet.json'),
  PolicyFacet: venus('Comptroller/Diamond/facets/PolicyFacet.sol/PolicyFacet.json'),
  SetterFacet: venus('Comptroller/Diamond/facets/SetterFacet.sol/SetterFacet.json'),
  ComptrollerLens: venus('Lens/ComptrollerLens.sol/ComptrollerLens.json'),
  AccessControlManagerMock: venus('test/AccessControlManagerMock.sol/AccessControlManagerMock.json'),
  SimplePriceOracle: venus('test/SimplePriceOracle.sol/SimplePriceOracle.json'),
  JumpRateModel: venus('InterestRateModels/JumpRateModel.sol/JumpRateModel.json'),
  VBep20Immutable: venus('Tokens/VTokens/VBep20Immutable.sol/VBep20Immutable.json'),
  VBNB: venus('Tokens/VTokens/VBNB.sol/VBNB.json'),
};

/** Writes what is missing or differs. */
export function writeProtocolBytecode() {
  const folder = join(root, 'libs', 'contracts', 'cache', 'protocols');
  mkdirSync(folder, { recursive: true });
  for (const [name, bytecodeOf] of Object.entries(protocols)) {
    const file = join(folder, `${name}.txt`);
    const bytecode = bytecodeOf();
    if (!/^0x([0-9a-f]{2})+$/.test(bytecode)) throw new Error(`${name}: expected linked bytecode in hexadecimal, got ${String(bytecode).slice(0, 40)}`);
    if (!existsSync(file) || readFileSync(file, 'utf8') !== bytecode) writeFileSync(file, bytecode);
  }
}
