// One file of Notion's largest size; the gateway is killed at 10, 50 and 90 % and the client goes on by itself.
import { setTimeout as wait } from 'node:timers/promises';

export const title = 'one upload of 5 GiB, kill -9 at 10, 50 and 90 %';

export const defaults = (quick) => quick
  ? { size: '160MiB', rate: 'off', maxSeconds: 240 }
  : { size: '5GiB', rate: '180', maxSeconds: 1800 };

export async function run(stage, { size }) {
  const { gateway, simulator, sampler, checks, figures } = stage;
  const marks = [0.1, 0.5, 0.9];
  const recoveries = [];
  let killing = Promise.resolve();
  const upload = stage.upload({
    name: 'single.txt', size,
    onProgress: (sent) => {
      if (marks.length > 0 && sent >= marks[0] * size) {
        const share = marks.shift();
        killing = killing.then(() => killAndStart(share));
      }
    },
  });

  async function killAndStart(share) {
    sampler.mark(`kill -9 at ${share * 100} %`);
    await gateway.kill();
    const before = (await simulator.stats()).body_bytes;
    const begun = performance.now();
    await gateway.start();
    // A part that is on its way again is more than any call's JSON.
    const moved = await stage.until(async () => (await simulator.stats()).body_bytes > before + 65536, 60, 50);
    recoveries.push(moved ? (performance.now() - begun) / 1000 : Infinity);
    await wait(0);
  }

  const result = await upload;
  await killing;
  checks.equal('The_gateway_was_killed', gateway.kills, 3, 'times');
  const workers = 3;
  const { everything, stats } = await stage.verify([result], { factor: 1, extraBytes: gateway.kills * (workers + 1) * (5 << 20) });
  const parts = everything.reduce((sum, one) => sum + one.parts_sent, 0);
  const again = everything.reduce((sum, one) => sum + one.sends, 0) - parts;
  checks.atMost('Parts_sent_again_after_kills', again, gateway.kills * (workers + 1), 'parts: what was on its way, and one whose row was not written');
  checks.atMost('First_part_moves_after_a_start', recoveries.length > 0 ? Math.max(...recoveries) : null, 2 + (stage.options.rate === 'off' ? 0 : 1), 's, the client\'s own delays in it', { time: true });
  figures['restart to the first part, s'] = recoveries.map((seconds) => seconds.toFixed(2)).join(', ');
  if (stage.options.rate !== 'off') {
    const bound = (stats.requests * 60) / Number(stage.options.rate);
    figures['bound by the request budget, s'] = bound;
    // After a kill the client waits 0, 1, 3, 5 s.
    checks.atMost('Seconds', result.seconds, bound * 1.05 + gateway.kills * 10, 's: the budget\'s bound and 5 %, and 10 s a kill', { time: true });
  }
}
