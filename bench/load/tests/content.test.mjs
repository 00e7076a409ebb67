import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { Content } from '../clients/content.mjs';

const size = 300_001;

async function read(stream) {
  const pieces = [];
  for await (const piece of stream) {
    pieces.push(piece);
  }

  return Buffer.concat(pieces);
}

test('the same seed is the same file from any offset, another seed is another', async () => {
  const whole = await read(new Content('a', size).stream(0, size));
  assert.equal(whole.length, size);
  for (const at of [1, 15, 16, 65_535, 65_537, size - 1]) {
    assert.deepEqual(await read(new Content('a', size).stream(at, size)), whole.subarray(at));
  }

  assert.notDeepEqual(await read(new Content('b', size).stream(0, size)), whole);
});

test('the digest is that of the file, whatever was sent twice, and null until all of it was taken', async () => {
  const whole = await read(new Content('a', size).stream(0, size));
  const content = new Content('a', size);
  await read(content.stream(0, 200_000));
  assert.equal(content.sha256(), null);
  await read(content.stream(70_000, size));
  assert.equal(content.sha256(), createHash('sha256').update(whole).digest('hex'));
  await read(content.stream(0, size));
  assert.equal(content.sha256(), createHash('sha256').update(whole).digest('hex'));
});
