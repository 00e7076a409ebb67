import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checks } from '../report/checks.mjs';
import { bytesOf, percentile, rises, slope } from '../report/numbers.mjs';

test('sizes', () => {
  for (const [text, bytes] of [['1', 1], ['64KiB', 65536], ['500MB', 5e8], ['5GiB', 5 * 2 ** 30], ['1.5 MiB', 1572864]]) {
    assert.equal(bytesOf(text), bytes);
  }

  assert.throws(() => bytesOf('5 Gigs'));
});

test('slope and percentile', () => {
  assert.equal(slope([[0, 1], [1, 3], [2, 5]]), 2);
  assert.equal(slope([[3, 7]]), 0);
  assert.equal(percentile([3, 1, 2], 0.5), 2);
  assert.equal(percentile([], 0.5), null);
});

test('what is not known is neither a rise nor a fall', () => {
  const holds = (sample) => sample;
  assert.deepEqual(rises([false, true, true, null, true, false, true], holds), { count: 2, holds: true });
  assert.deepEqual(rises([null, null], holds), { count: 0, holds: false });
});

test('a number that is not known fails; time fails a full run only', () => {
  const quick = new Checks(true);
  quick.atMost('Unknown', null, 5, 'MiB');
  quick.atMost('Late', 6, 5, 's', { time: true });
  assert.deepEqual(quick.lines.map((line) => line.outcome), ['failed', 'noted']);
  const full = new Checks(false);
  full.atMost('Late', 6, 5, 's', { time: true });
  full.atLeast('Many', 5, 5, 'times');
  assert.deepEqual(full.lines.map((line) => line.outcome), ['failed', 'passed']);
});
