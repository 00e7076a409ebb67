// One result file of several scenarios' reports: collect.mjs FILE REPORT.json...
import { readFileSync } from 'node:fs';
import { writeTrx } from './report/trx.mjs';

const [file, ...reports] = process.argv.slice(2);
const results = [];
for (const report of reports) {
  try {
    const { scenario, checks } = JSON.parse(readFileSync(report, 'utf8'));
    results.push(...checks.map((line) => ({ name: `${scenario}.${line.name}`, problem: line.outcome === 'failed' ? line.text : null })));
  } catch (error) {
    results.push({ name: `${report.split('/').at(-2)}.Leaves_a_report`, problem: error.message });
  }
}

writeTrx(file, 'Sluice.Scenarios', results);
