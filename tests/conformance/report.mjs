// A line of the table: `node report.mjs NAME MOST LEAST FOLDER STATUS`, with the numbers of failures and of passes that are allowed,
// the folder where the suite has put its results, and what it ended with; without arguments the table's head. Ends with 1, and says
// what failed, if not all is well.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [name, most, least, folder, status] = process.argv.slice(2);

if (name === undefined) {
  print('', 'scenarios', 'passed', 'failed', 'warnings');
} else {
  const scenarios = readdirSync(folder).filter((scenario) => existsSync(join(folder, scenario, 'checks.json')));
  const checks = scenarios.flatMap(read);
  const [passed, failed, warnings] = ['SUCCESS', 'FAILURE', 'WARNING'].map((status) => checks.filter((check) => check.status === status));
  print(name, scenarios.length, passed.length, failed.length, warnings.length);

  const isWell = failed.length <= Number(most) && passed.length >= Number(least) && status === '0';
  // Where nothing may fail, warnings count for something too.
  const told = isWell ? (most === '0' ? warnings : []) : [...failed, ...warnings];
  for (const { scenario, id, status, errorMessage } of told) console.log(`  ${status} ${scenario}:${id}: ${errorMessage}`);
  if (!isWell) {
    console.log(`  the suite ended with ${status}; ${most} may fail, and ${least} have to pass`);
    process.exitCode = 1;
  }
}

function read(scenario) {
  const checks = JSON.parse(readFileSync(join(folder, scenario, 'checks.json'), 'utf8'));
  return checks.map((check) => ({ ...check, scenario: scenario.replace(/^server-(.*?)-\d{4}-\d\d-\d\dT.*$/, '$1') }));
}

function print(name, ...numbers) {
  console.log(name.padEnd(20), ...numbers.map((number) => String(number).padStart(9)));
}
