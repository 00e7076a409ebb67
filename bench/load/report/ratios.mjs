// The table of bench/proxies.sh: rows of runs on standard input, medians and ratios on standard output.
import { readFileSync } from 'node:fs';
import { percentile } from './numbers.mjs';

const runs = JSON.parse(readFileSync(0, 'utf8'));
const of = (name, field) => percentile(runs.filter((run) => run.name === name).map((run) => run[field]), 0.5);
const names = [...new Set(runs.map((run) => run.name))];
const beside = { sluice: 'nginx-default', 'sluice-no-hash': 'nginx-128k' };
const over = (name, field) => beside[name] ? (of(name, field) / of(beside[name], field)).toFixed(2) : '-';
console.log('| program | CPU s/GiB | peak RSS MiB | MiB/s | CPU, of which nginx | MiB/s, of that nginx |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const name of names) {
  const all = (field, digits) => runs.filter((run) => run.name === name).map((run) => run[field].toFixed(digits)).join(', ');
  const failed = runs.some((run) => run.name === name && run.failed) ? ' (failed)' : '';
  console.log(`| ${name}${failed} | ${all('cpu_seconds_per_gib', 2)} | ${all('peak_rss_mib', 1)} | ${all('mib_per_second', 0)} | ${beside[name] ? `${over(name, 'cpu_seconds_per_gib')} x ${beside[name]}` : '-'} | ${beside[name] ? `${over(name, 'mib_per_second')} x` : '-'} |`);
}
