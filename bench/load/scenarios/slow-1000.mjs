// A thousand slow clients at once, half as many that stop in mid-body, and a health check each second that must be answered.
import { setTimeout as wait } from 'node:timers/promises';
import { stayIdle } from '../clients/idleClient.mjs';
import { percentile } from '../report/numbers.mjs';

export const title = '1,000 clients at 16 KB/s, 500 more that stop in mid-body';

export const defaults = (quick) => quick
  ? { clients: 100, idle: 20, idleSeconds: 8, size: '64KiB', rate: 'off', maxSeconds: 240, settings: ['Front:ClientIdle=3s'] }
  : { clients: 1000, idle: 500, idleSeconds: 600, size: '768KiB', rate: '180', maxSeconds: 2400 };

export async function run(stage, { clients, idle, idleSeconds, size }) {
  stage.limits = { rss: 110, used: 300 };
  const { checks, figures, gateway } = stage;
  const health = { times: [], missed: [] };
  const started = performance.now();
  let over = false;
  const watch = (async () => {
    while (!over) {
      const from = performance.now();
      try {
        const answer = await gateway.get('/healthz', { timeout: 5000 });
        const took = (performance.now() - from) / 1000;
        if (answer.status === 200) {
          health.times.push(took);
        } else {
          health.missed.push(`${answer.status} after ${took.toFixed(2)} s`);
        }
      } catch (error) {
        health.missed.push(`${error.code ?? error.message} after ${((performance.now() - from) / 1000).toFixed(2)} s, ${((from - started) / 1000).toFixed(0)} s after the start`);
      }

      await wait(Math.max(0, 1000 - (performance.now() - from)));
    }
  })();
  const until = Date.now() + idleSeconds * 1000;
  const stayers = Array.from({ length: idle }, (_, at) => stayIdle(gateway.endpoint, { name: `idle-${at + 1}.txt`, size: 768 << 10, burst: 100 << 10, until }));
  const results = await Promise.all(Array.from({ length: clients }, (_, at) => stage.upload({ name: `slow-${at + 1}.txt`, size, rate: 16000 })));
  const seconds = (performance.now() - started) / 1000;
  const stayed = await Promise.all(stayers);
  over = true;
  await watch;

  await stage.verify(results, { factor: 1.02 });
  const problems = stayed.filter((one) => one.problem !== null || !one.cancelled);
  checks.add('Idle_clients_stay_and_take_their_uploads_back', problems.length === 0 && stayed.length === idle, `${stayed.length - problems.length} of ${idle}${problems.length > 0 ? `; ${problems[0].problem}` : ''}`);
  checks.add('Health_is_answered_throughout', health.missed.length === 0 && health.times.length > 0, `${health.times.length} answers, ${health.missed.length} missed${health.missed.length > 0 ? ` (${health.missed.slice(0, 3).join('; ')})` : ''}, slowest ${Math.max(...health.times, 0).toFixed(2)} s`);
  checks.atMost('Seconds', seconds, 25 * 60, 's', { time: true });
  Object.assign(figures, {
    'seconds of the uploads': seconds, 'bodies of idle clients': stayed.reduce((sum, one) => sum + one.bodies, 0),
    'healthz, median s': percentile(health.times, 0.5), 'healthz, 99 % s': percentile(health.times, 0.99), 'slowest client, s': Math.max(...results.map((one) => one.seconds)),
  });
}
