// Gas of every action on the real contracts, beside the committed figures.
//
//   npm run gas               exit code 1 when an action uses more than it may
//   npm run gas -- --write    makes what was measured the committed figures
import { parseArgs } from 'node:util';
import { measureGas } from './measure.js';
import { committedReport, regressions, table, writeReport } from './report.js';

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const measured = await measureGas();
if (values.write) {
  writeReport(measured);
  console.log(table(measured.gas));
  console.log('written to docs/gas.json and docs/gas.md');
} else {
  const committed = committedReport();
  console.log(table(measured.gas, committed.gas));
  const found = [...regressions(measured.gas, committed.gas), ...regressions(measured.deployedBytes, committed.deployedBytes)];
  for (const line of found) console.error(line);
  console.log(`${Object.keys(measured.gas).length} actions, ${found.length} regressions`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
