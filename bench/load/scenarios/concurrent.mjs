// Many uploads at once. concurrent-10 adds a failing Notion in the middle, so that the breaker opens and closes again.

export const concurrent10 = {
  title: 'ten uploads of 500 MB at once, and a Notion that fails in the middle',
  defaults: (quick) => quick
    ? { clients: 10, size: '16MiB', profile: 'flaky', rate: 'off', maxSeconds: 240, settings: ['CircuitBreaker:BreakDuration=3s', 'Retry:InitialDelay=200ms'] }
    : { clients: 10, size: '500MB', profile: 'flaky', rate: '180', maxSeconds: 3600 },
  run: (stage, options) => run(stage, options, true),
};

export const concurrent25 = {
  title: '25 uploads of 500 MB at once',
  defaults: (quick) => quick
    ? { clients: 25, size: '12MiB', profile: 'calm', rate: 'off', maxSeconds: 240 }
    : { clients: 25, size: '500MB', profile: 'calm', rate: '180', maxSeconds: 3600 },
  run: (stage, options) => run(stage, options, false),
};

async function run(stage, { clients, size, profile, rate }, breaks) {
  const { checks, figures, sampler, traffic } = stage;
  const factor = { calm: 1.02, flaky: 1.25, rough: 1.6 }[profile] ?? 1.02;
  const started = performance.now();
  const uploads = Array.from({ length: clients }, (_, at) => stage.upload({ name: `concurrent-${at + 1}.txt`, size }));
  let scripted = 0;
  if (breaks) {
    await stage.until(() => traffic.bytes > 0.3 * clients * size, 3600, 50);
    sampler.mark('sends fail');
    scripted = await stage.breakNotion([{ endpoint: 'send', status: 503 }]);
    sampler.mark('sends succeed');
  }

  const results = await Promise.all(uploads);
  const seconds = (performance.now() - started) / 1000;
  const { stats, length } = await stage.verify(results, { factor, extraBytes: scripted * (6 << 20) });
  if (breaks) {
    const recovery = (await stage.gateway.status())?.recovery;
    checks.atLeast('The_breaker_opened', recovery?.breaker_activations ?? null, 1, 'times');
    checks.add('The_breaker_closed_again', sampler.samples.length > 0 && (await stage.gateway.status())?.health?.breaker === 'closed', `it is ${(await stage.gateway.status())?.health?.breaker}`);
  }

  figures['MiB/s'] = length / 1048576 / seconds;
  figures['seconds of the uploads'] = seconds;
  if (rate !== 'off') {
    const bound = (stats.requests * 60) / Number(rate);
    figures['bound by the request budget, s'] = bound;
    if (!breaks && profile === 'calm') {
      checks.atMost('Seconds', seconds, bound * 1.05, 's: the budget\'s bound and 5 %', { time: true });
    }
  }
}
