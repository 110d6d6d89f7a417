// Who may import whom. This table is the architecture; keep it equal to the one in docs/architecture.md.
const PURE = ['units', 'positions', 'risk', 'policy'];
const MAY_IMPORT = {
  units: [],
  positions: ['units'],
  risk: ['units', 'positions'],
  policy: ['units', 'positions', 'risk'],
  evaluation: ['units', 'positions', 'risk'],
  jobs: ['units'],
  heartbeat: ['units'],
  'venue-wire': ['units', 'positions', 'policy'],
  'local-server': ['units', 'environment'],
  environment: [],
  contracts: [],
  connectors: ['units', 'positions', 'venue-wire'],
  readers: ['units', 'positions', 'connectors'],
  execution: ['units', 'positions', 'policy', 'connectors', 'contracts'],
  notifications: PURE,
  storage: [...PURE, 'venue-wire'],
  devchain: ['units', 'connectors', 'contracts'],
  embedded: [],
};
const NOT_OURS = ['npm', 'npm-dev', 'npm-optional', 'npm-peer', 'npm-no-pkg', 'core', 'unknown', 'undetermined'];
const TESTS = '[.]spec[.]tsx?$|^(libs|apps)/[^/]+/test/';
/** The doors of a lib: its index, and the narrower ones: two that let the API in without the signer and the executor, the check of a webhook address without the channels, one behind which ccxt is, the client of the gateway that lets nobody in there, and what a browser seals keys with. */
const DOORS = '^libs/([^/]+/src/index|connectors/src/(signer|venues|gateway)/index|execution/src/planner/index|notifications/src/webhook/target|venue-wire/src/sealing/index)[.]ts$';

const error = (name, from, to) => ({ name, severity: 'error', from, to });

const oneRulePerLib = Object.entries(MAY_IMPORT).map(([lib, allowed]) =>
  error(
    `${lib}-may-import-${allowed.join('-') || 'nothing'}`,
    { path: `^libs/${lib}/`, pathNot: TESTS },
    { path: '^(libs|apps|test)/', pathNot: `^libs/(${[lib, ...allowed].join('|')})/` },
  ),
);

module.exports = {
  forbidden: [
    ...oneRulePerLib,
    error('pure-libs-import-no-package', { path: `^libs/(${PURE.join('|')})/`, pathNot: TESTS }, { dependencyTypes: NOT_OURS }),
    error('enter-a-lib-by-its-door', { path: '^(apps|libs)/([^/]+)/', pathNot: TESTS }, { path: '^libs/[^/]+/src/', pathNot: ['^libs/$2/', DOORS] }),
    error('no-app-imports-an-app', { path: '^apps/([^/]+)/', pathNot: TESTS }, { path: '^apps/', pathNot: '^apps/$1/' }),
    error('local-servers-and-chain-stay-out-of-the-product', { path: '^apps/(api|worker|signer|gateway|web|watchdog)/', pathNot: TESTS }, { path: '^libs/(devchain|embedded)/', reachable: true }),
    error('api-reads-and-stores', { path: '^apps/api/', pathNot: TESTS }, { path: '^libs/', pathNot: [`^libs/(${[...PURE, 'evaluation', 'jobs', 'heartbeat', 'venue-wire', 'storage', 'contracts', 'connectors', 'execution/src/planner'].join('|')})/`, '^libs/notifications/src/webhook/target[.]ts$'] }),
    error('the-api-cannot-sign-or-execute', { path: '^apps/api/', pathNot: TESTS }, { path: '^libs/(connectors/src/signer|execution/src/executor)/', reachable: true }),
    error('the-signer-knows-only-its-policy', { path: '^apps/signer/', pathNot: TESTS }, { path: '^libs/', pathNot: '^libs/(units/|environment/|local-server/|contracts/src/|connectors/src/(signer/|address-book[.]ts$))' }),
    error('the-signer-reaches-no-chain', { path: '^apps/signer/', pathNot: TESTS }, { path: '^libs/(connectors/src/evm|storage|execution|devchain)/', reachable: true }),
    error('the-watchdog-stands-apart', { path: '^apps/watchdog/', pathNot: TESTS }, { path: '^libs/', pathNot: '^libs/(units|positions|connectors|notifications|heartbeat|environment)/' }),
    error('the-watchdog-needs-no-database-and-no-signer', { path: '^apps/watchdog/', pathNot: TESTS }, { path: '^libs/(storage|jobs|readers|execution|connectors/src/signer)/|node_modules/(bull|pg|@prisma|@nestjs)/', reachable: true }),
    error('the-paper-venue-stands-alone', { path: '^apps/paper-venue/', pathNot: TESTS }, { path: '^libs/', pathNot: '^libs/(units|positions|risk|environment)/' }),
    error('the-engine-of-the-paper-venue-is-pure', { path: '^apps/paper-venue/src/kernel/', pathNot: TESTS }, { dependencyTypes: NOT_OURS }),
    error('trading-clients-live-in-a-process-of-their-own', { path: '^apps/(api|worker|signer|watchdog|web|paper-venue)/', pathNot: TESTS }, { path: '^libs/connectors/src/venues/|node_modules/ccxt/', reachable: true }),
    error('the-gateway-knows-keys-and-venues', { path: '^apps/gateway/', pathNot: TESTS }, { path: '^libs/', pathNot: '^libs/(units|environment|local-server|positions|policy|venue-wire|connectors/src/venues)/' }),
    error('the-gateway-reaches-no-database-and-no-chain', { path: '^apps/gateway/', pathNot: TESTS }, { path: '^libs/(storage|execution|readers|jobs|contracts|connectors/src/(evm|signer|gateway))/|node_modules/(bull|pg|@prisma|@nestjs)/', reachable: true }),
    error('sealing-needs-nothing-but-the-browser', { path: '^libs/venue-wire/src/sealing/', pathNot: TESTS }, { pathNot: '^libs/venue-wire/src/sealing/', dependencyTypesNot: ['type-only'] }),
    error('the-cli-does-not-execute', { path: '^apps/cli/', pathNot: TESTS }, { path: '^libs/execution/src/executor/', reachable: true }),
    error('web-imports-no-server-code', { path: '^apps/web/' }, { path: '^libs/', pathNot: '^libs/(units|venue-wire/src/sealing)/' }),
    error('production-code-needs-no-development-package', { path: '^(apps/(api|worker|signer|gateway|watchdog)|libs)/', pathNot: [TESTS, '^libs/(devchain|embedded)/'] }, { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] }),
    error('no-cycle', {}, { circular: true }),
    error('every-import-resolves', {}, { couldNotResolve: true, pathNot: ['^virtual:', '[.]css$', '[?]'] }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(libs/storage/src/generated|dist)/' },
    tsPreCompilationDeps: true, // type-only imports count too
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'require', 'node', 'default', 'types'], extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.d.ts'] },
  },
};
