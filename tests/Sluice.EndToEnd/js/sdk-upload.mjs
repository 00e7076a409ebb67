// Uploads, attaches and reads back with Notion's own SDK, against the address given, and prints what it saw as one line of JSON.
//   node sdk-upload.mjs <address> <token>
import { createHash } from 'node:crypto';
import { Client } from '@notionhq/client';

const [address, token] = process.argv.slice(2);
const page = '00000000-0000-4000-8000-000000000001';
const mib = 1024 * 1024;
const notion = new Client({ auth: token, baseUrl: address.replace(/\/$/, ''), notionVersion: '2026-03-11' });
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

// 25 MiB that are the same in every run and have no two equal parts.
const file = Buffer.alloc(25 * mib);
let block = createHash('sha512').update('sluice').digest();
for (let at = 0; at < file.length; at += block.length) {
  block = createHash('sha512').update(block).digest();
  block.copy(file, at);
}

const created = await notion.fileUploads.create({ mode: 'multi_part', filename: 'größe "25".txt', content_type: 'text/plain', number_of_parts: 3 });
const parts = [];
for (let number = 1; number <= 3; number++) {
  const bytes = file.subarray((number - 1) * 10 * mib, Math.min(number * 10 * mib, file.length));
  const sent = await notion.fileUploads.send({
    file_upload_id: created.id,
    file: { filename: `part-${number}`, data: new Blob([bytes], { type: 'text/plain' }) },
    part_number: String(number),
  });
  parts.push({ status: sent.status, sent: sent.number_of_parts.sent, length: sent.content_length, sha256: sha256(bytes) });
}

const completed = await notion.fileUploads.complete({ file_upload_id: created.id });
const listed = await notion.fileUploads.list({ status: 'uploaded' });
const appended = await notion.blocks.children.append({
  block_id: page,
  children: [{ type: 'file', file: { type: 'file_upload', file_upload: { id: created.id }, name: 'named.txt' } }],
});
const retrieved = await notion.fileUploads.retrieve({ file_upload_id: created.id });
const read = await notion.blocks.retrieve({ block_id: appended.results[0].id });
const download = await fetch(read.file.file.url);
const bytes = Buffer.from(await download.arrayBuffer());
const ranged = await fetch(read.file.file.url, { headers: { range: 'bytes=10485758-10485761' } });
const missing = await notion.fileUploads.retrieve({ file_upload_id: page }).catch((error) => ({ code: error.code, status: error.status }));

console.log(JSON.stringify({
  id: created.id,
  sha256: sha256(file),
  parts,
  completed: { status: completed.status, length: completed.content_length },
  listed: listed.results.map((upload) => upload.id),
  block: appended.results[0].id,
  name: read.file.name,
  expiry: retrieved.expiry_time,
  download: { status: download.status, length: bytes.length, sha256: sha256(bytes) },
  range: { status: ranged.status, same: Buffer.from(await ranged.arrayBuffer()).equals(file.subarray(10485758, 10485762)) },
  missing,
}));
