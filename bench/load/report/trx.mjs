// Results in the form of the other suites, so that test.sh counts them the same way.
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';

const list = '8c84fa94-04c1-424b-9868-57a2d4851a1d';

/** @param {{name,problem}[]} results problem null: passed */
export function writeTrx(file, suite, results) {
  const now = new Date().toISOString();
  const failed = results.filter((result) => result.problem !== null).length;
  const lines = results.map(({ name, problem }) =>
    `    <UnitTestResult testId="${randomUUID()}" executionId="${randomUUID()}" testListId="${list}" testName="${text(`${suite}.${name}`)}" computerName="${text(hostname())}" outcome="${problem === null ? 'Passed' : 'Failed'}">`
    + (problem === null ? '' : `<Output><ErrorInfo><Message>${text(problem)}</Message></ErrorInfo></Output>`) + '</UnitTestResult>');
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<TestRun id="${randomUUID()}" name="${suite}" xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">`,
    `  <Times creation="${now}" start="${now}" finish="${now}" />`,
    '  <Results>', ...lines, '  </Results>',
    `  <ResultSummary outcome="${failed === 0 ? 'Completed' : 'Failed'}"><Counters total="${results.length}" executed="${results.length}" passed="${results.length - failed}" failed="${failed}" error="0" /></ResultSummary>`,
    '</TestRun>', '',
  ].join('\n'));
}

function text(value) {
  return value.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]).replace(/[^\x09\x0A\x0D\x20-\uFFFD]/g, '?');
}
