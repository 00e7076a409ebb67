// Everything that can go wrong on both sides of the gateway: Notion's errors, resets, hangs and an outage; connections of clients that are cut.
import { Cutter } from '../clients/cutter.mjs';

export const title = 'errors, resets, hangs and an outage at Notion; cut connections of clients';

const quickSettings = ['Timeouts:Response=4s', 'CircuitBreaker:BreakDuration=3s', 'Retry:InitialDelay=200ms', 'Retry:MaxDelay=2s'];

export const defaults = (quick) => quick
  ? { clients: 4, size: '22MiB', profile: 'flaky', rate: 'off', maxSeconds: 240, settings: quickSettings }
  : { clients: 8, size: '300MB', profile: 'rough', rate: 'off', maxSeconds: 3600 };

/** Each acts a fixed number of times, at places that every upload passes. */
const rules = [
  { endpoint: 'create', times: 1, status: 503 },
  { endpoint: 'send', part: 2, each: 'upload', times: 1, status: 504, kept: true },
  { endpoint: 'send', skip: 3, times: 1, hang: true },
  { endpoint: 'send', skip: 5, times: 2, reset_after: 1000000 },
  { endpoint: 'send', skip: 7, times: 1, status: 529 },
  { endpoint: 'send', skip: 8, times: 1, status: 429, retry_after: 1 },
  { endpoint: 'send', skip: 9, times: 1, refuse_after: 100000, status: 413 },
  { endpoint: 'complete', times: 1, status: 503, kept: true, guidance: true },
  { endpoint: 'complete', skip: 1, times: 1, status: 504, kept: true },
  { endpoint: 'append', times: 1, kept: true, reset_after: 0 },
];

export async function run(stage, { clients, size, profile }) {
  const { checks, figures, gateway, simulator, sampler } = stage;
  const cutter = await Cutter.start(() => gateway.port);
  try {
    await simulator.script(rules);
    const total = clients * size;
    const uploads = Promise.all(Array.from({ length: clients }, (_, at) => stage.upload({ name: `network-${at + 1}.txt`, size }, `http://127.0.0.1:${cutter.port}/files`)));
    let over = false;
    uploads.then(() => { over = true; });
    let acted = 0;
    const count = async () => (await simulator.rules()).rules.reduce((sum, rule) => sum + rule.acted, 0);

    // At each of these shares of the bytes that Notion has some connections are cut; in their midst Notion is away for a while.
    for (const share of [0.1, 0.25, 0.4, 0.55, 0.7, 0.85]) {
      await stage.until(async () => over || (await simulator.stats()).body_bytes >= share * total, 3600, 50);
      if (over) {
        break;
      }

      cutter.cut(2);
      sampler.mark('cut');
      if (share === 0.55) {
        acted += await count();
        sampler.mark('outage');
        acted += await stage.breakNotion([{ status: 504 }], () => stage.pause(stage.quick ? 4 : 90));
        sampler.mark('outage over');
      }
    }

    const results = await uploads;
    acted += await count();
    const factor = { calm: 1.02, flaky: 1.25, rough: 1.6 }[profile] ?? 1.02;
    await stage.verify(results, { factor, extraBytes: acted * (5.2 * 1048576) });
    checks.atLeast('Connections_of_clients_were_cut', cutter.cuts, 4, 'connections');
    checks.atLeast('Scripted_faults_acted', acted, rules.length - 1, 'times');
    checks.atLeast('The_breaker_opened', (await gateway.status())?.recovery?.breaker_activations ?? null, 1, 'times');
    figures['connections of clients cut'] = cutter.cuts;
    figures['scripted faults'] = acted;
  } finally {
    cutter.stop();
  }
}
