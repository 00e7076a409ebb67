// report.md, report.json and the charts of one scenario.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { chartsOf } from './charts.mjs';
import { round } from './checks.mjs';

/** @param {{name,about,checks,figures,samples,marks,limits,metrics}} run */
export function writeReport(folder, run) {
  mkdirSync(folder, { recursive: true });
  const charts = chartsOf(run.samples, run.marks, run.limits);
  for (const [file, svg] of Object.entries(charts)) {
    writeFileSync(path.join(folder, file), svg);
  }

  writeFileSync(path.join(folder, 'report.json'), JSON.stringify({
    scenario: run.name, ...run.about, passed: run.checks.failed === 0, checks: run.checks.lines, figures: run.figures, marks: run.marks, samples: run.samples,
  }, null, 1));
  writeFileSync(path.join(folder, 'report.md'), markdown(run, Object.keys(charts)));
}

function markdown(run, charts) {
  const rows = (pairs) => pairs.map((cells) => `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
  return [
    `# ${run.name}: ${run.checks.failed === 0 ? 'passed' : `${run.checks.failed} failed`}`,
    Object.entries(run.about).map(([key, value]) => `${key}: ${value}`).join('; ') + '.',
    '## Checks',
    rows([['check', 'outcome', 'numbers'], ['---', '---', '---'], ...run.checks.lines.map((line) => [line.name.replaceAll('_', ' '), line.outcome, line.text])]),
    '`noted`: a figure of time that is missed in a quick run, which does not judge time.',
    '## Figures',
    rows([['figure', 'value'], ['---', '---'], ...Object.entries(run.figures).map(([name, value]) => [name, typeof value === 'number' ? round(value) : value])]),
    '## Over time',
    charts.map((file) => `![${file.replace('.svg', '')}](${file})`).join('\n\n'),
  ].join('\n\n') + '\n';
}
