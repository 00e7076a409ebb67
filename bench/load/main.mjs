// The scenarios of bench/run.sh. See there for what it takes.
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bytesOf } from './report/numbers.mjs';
import { endAll } from './running/child.mjs';
import { Stage } from './running/stage.mjs';
import { concurrent10, concurrent25 } from './scenarios/concurrent.mjs';
import * as exhaustion from './scenarios/exhaustion.mjs';
import * as networkFailure from './scenarios/network-failure.mjs';
import * as single from './scenarios/single-5gb.mjs';
import * as sizes from './scenarios/sizes.mjs';
import * as slow from './scenarios/slow-1000.mjs';
import * as soak from './scenarios/soak.mjs';
import * as startup from './scenarios/startup.mjs';

const scenarios = {
  'single-5gb': single, 'concurrent-10': concurrent10, 'concurrent-25': concurrent25, exhaustion, 'network-failure': networkFailure, 'slow-1000': slow, soak, sizes, startup,
};

const { values: given, positionals: [name] } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false }, rate: { type: 'string' }, profile: { type: 'string' }, size: { type: 'string' }, clients: { type: 'string' },
    minutes: { type: 'string' }, seed: { type: 'string', default: '1' }, set: { type: 'string', multiple: true, default: [] }, output: { type: 'string' },
  },
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    endAll();
    process.exit(130);
  });
}

process.on('exit', endAll);

const scenario = scenarios[name];
if (!scenario) {
  console.error(`There is no scenario '${name}': ${Object.keys(scenarios).join(', ')}.`);
  process.exit(2);
}

const output = given.output ?? 'artifacts/bench';
const defaults = { profile: 'calm', rate: 'off', settings: [], simulate: [], clients: 1, ...scenario.defaults(given.quick) };
const options = {
  ...defaults,
  sluice: process.env.SLUICE_BIN, output, quick: given.quick, seed: given.seed,
  rate: given.rate ?? defaults.rate, profile: given.profile ?? defaults.profile,
  clients: Number(given.clients ?? defaults.clients), minutes: Number(given.minutes ?? defaults.minutes ?? 0),
  size: bytesOf(given.size ?? defaults.size ?? '1'), settings: [...defaults.settings, ...given.set],
};
if (options.rate === 'off') {
  // The gateway keeps a pace of its own, which is as much without a limit here as Notion's.
  options.settings.unshift('Pacing:RequestsPerMinute=off');
}

if (given.minutes !== undefined) {
  options.maxSeconds = Math.max(options.maxSeconds, options.minutes * 60 + 1800);
}

console.log(`== ${name}: ${scenario.title}`);
const stage = new Stage(name, options);
let checks = stage.checks;
try {
  await stage.open();
  await scenario.run(stage, options);
} catch (error) {
  checks.add('The_scenario_runs_to_its_end', false, error.stack ?? String(error));
}

try {
  checks = await stage.close();
} catch (error) {
  checks.add('The_report_is_written', false, error.stack ?? String(error));
}

for (const line of checks.lines) {
  console.log(`${line.outcome === 'failed' ? 'FAILED' : line.outcome.padEnd(6)}  ${line.name}: ${line.text}`);
}

console.log(`${path.join(output, name, 'report.md')}: ${checks.failed === 0 ? 'passed' : `${checks.failed} failed`}`);
process.exit(checks.failed === 0 ? 0 : 1);
