// More and more clients until new uploads are refused; those under way finish, and afterwards a new one is taken at once.

export const title = 'load rises until new uploads are refused';

export const defaults = (quick) => quick
  ? { clients: 80, size: '8MiB', rate: 'off', simulate: ['--bandwidth', '24MiB'], maxSeconds: 240 }
  : { clients: 200, size: '60MiB', rate: 'off', simulate: ['--bandwidth', '24MiB'], maxSeconds: 1200 };

export async function run(stage, { clients, size }) {
  // More than the 25 at full speed that 80 MiB are promised for: the process's own limit counts (Memory:LimitMb).
  stage.limits = { rss: 100, used: 200 };
  const { checks, figures, gateway, sampler } = stage;
  let refusals = 0;
  let accepted = 0;
  const uploads = [];
  const more = () => uploads.push(stage.upload({
    name: `exhaustion-${uploads.length + 1}.txt`, size,
    onRefused: () => {
      if (refusals++ === 0) {
        sampler.mark(`first refusal, ${uploads.length} clients`);
      }
    },
    onAccepted: () => { accepted += 1; },
  }));
  while (uploads.length < clients && refusals === 0 && !stage.isOver) {
    for (let wave = 0; wave < 5; wave++) {
      more();
    }

    await stage.pause(1);
  }

  // Those that come on top change nothing for those that are in.
  for (let extra = 0; extra < 5; extra++) {
    more();
  }

  const results = await Promise.all(uploads);
  checks.atLeast('New_uploads_are_refused_under_load', refusals, 1, 'answers of 503 to a POST');
  checks.atLeast('As_many_as_promised_are_taken', accepted, 25, 'uploads accepted');
  const unlucky = results.filter((one) => one.id === null);
  checks.add('The_others_were_refused_and_nothing_else', unlucky.every((one) => one.refusals > 0), `${unlucky.length} clients without an upload${unlucky.some((one) => one.refusals === 0) ? `: ${unlucky.find((one) => one.refusals === 0).error}` : ''}`);
  sampler.mark('over');
  const recovered = await stage.until(async () => (await gateway.status())?.admission?.accepts === true, 90);
  checks.add('It_says_that_it_takes_uploads_again', recovered, recovered ? 'it does' : 'it does not');
  const late = await stage.upload({ name: 'exhaustion-after.txt', size: Math.min(size, 12 << 20) });
  await stage.verify([...results, late], { factor: 1.02, mayRefuse: true });
  checks.add('A_new_upload_is_taken_afterwards', late.error === null && late.refusals === 0, late.error ?? `done in ${late.seconds.toFixed(1)} s, ${late.refusals} refusals`);
  figures['clients when the first was refused'] = uploads.length - 5;
  figures['refusals'] = refusals;
  figures['clients that gave up before they were taken'] = unlucky.length;
}
