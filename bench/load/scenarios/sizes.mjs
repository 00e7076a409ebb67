// Sizes at which something changes: a byte, a part, the largest single part, one more and one less of each; and those that are refused.
import { request } from '../clients/http.mjs';
import { bytesOf } from '../report/numbers.mjs';

export const title = '1 B, a part and 20 MiB each -1, 0 and +1, 1 GiB, 5 GiB; 0 and 5 GiB + 1 are refused';

export const defaults = (quick) => ({ rate: 'off', maxSeconds: quick ? 240 : 1800, clients: 1 });

export async function run(stage) {
  const { checks, gateway } = stage;
  const sizes = [1];
  for (const around of [5 << 20, 20 << 20]) {
    sizes.push(around - 1, around, around + 1);
  }

  if (!stage.quick) {
    sizes.push(bytesOf('1GiB'), bytesOf('5GiB'));
  }

  const results = [];
  for (const size of sizes) {
    stage.sampler.mark(`${size} B`);
    results.push(await stage.upload({ name: `size-${size}.txt`, size }));
  }

  await stage.verify(results, { factor: 1.02 });
  for (const [size, code] of [[0, 'empty_file'], [5 * 2 ** 30 + 1, 'too_large']]) {
    const name = Buffer.from(`size-${size}.txt`).toString('base64');
    const answer = await request(gateway.endpoint, {
      method: 'POST', headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': size, 'Upload-Metadata': `filename ${name},filetype ${Buffer.from('text/plain').toString('base64')}` }, timeout: 30_000,
    });
    const told = answer.headers['content-type']?.startsWith('application/problem+json') ? JSON.parse(answer.text).code : answer.text.slice(0, 80);
    checks.add(`${size === 0 ? 'Nothing' : 'More_than_5_GiB'}_is_refused`, answer.status >= 400 && answer.status < 500 && told === code, `${answer.status} ${told}, expected ${code}`);
  }

  const all = await stage.simulator.uploads();
  checks.add('Notion_hears_nothing_of_what_is_refused', all.every((one) => one.filename !== 'size-0.txt' && one.filename !== `size-${5 * 2 ** 30 + 1}.txt`), `${all.length} uploads there`);
}
