// Looks at everything once a second: the process, its group, the gateway's own numbers, the simulator's counts.
export class Sampler {
  #parts;
  #timer = null;
  #busy = false;
  #start = performance.now();
  #last = null;
  samples = [];
  marks = [];

  /** @param {{gateway,simulator,group,traffic}} parts */
  constructor(parts) {
    this.#parts = parts;
    this.#timer = setInterval(() => this.#tick(), 1000);
  }

  get seconds() { return (performance.now() - this.#start) / 1000; }

  /** Something happened that the charts shall show. */
  mark(text) {
    this.marks.push({ t: this.seconds, text });
  }

  stop() {
    clearInterval(this.#timer);
  }

  /** The most of a field over all samples; null where it was never known. */
  most(field) {
    const values = this.samples.map((sample) => sample[field]).filter((value) => value !== null && value !== undefined);
    return values.length === 0 ? null : Math.max(...values);
  }

  async #tick() {
    if (this.#busy) {
      return;
    }

    this.#busy = true;
    try {
      this.samples.push(await this.#look());
    } finally {
      this.#busy = false;
    }
  }

  async #look() {
    const { gateway, simulator, group, traffic } = this.#parts;
    const t = this.seconds;
    const process = gateway.look();
    const memory = group.memory();
    const cpu = group.cpuSeconds();
    const [status, stats] = await Promise.all([gateway.isRunning ? gateway.status() : null, simulator.stats().catch(() => null)]);
    const now = { t, cpu, sent: stats?.body_bytes ?? null, taken: traffic.bytes };
    const last = this.#last ?? now;
    const seconds = t - last.t;
    this.#last = now;
    const mib = (bytes) => bytes === null || bytes === undefined ? null : bytes / 1048576;
    const rate = (a, b) => seconds > 0 && a !== null && b !== null ? Math.max(0, (a - b) / 1048576 / seconds) : null;
    return {
      t,
      rss: process === null ? null : process.rss / 1024,
      used: memory === null ? null : mib(memory.anon + memory.kernel + memory.sockets),
      anon: mib(memory?.anon), kernel: mib(memory?.kernel), sockets: mib(memory?.sockets),
      cpu: cpu === null || last.cpu === null || seconds <= 0 ? null : ((cpu - last.cpu) / seconds / (group.cpus ?? 1)) * 100,
      fds: gateway.handles(),
      workers: status?.health?.workers ?? null,
      workersLimit: status?.health?.workers_limit ?? null,
      breaker: status?.health?.breaker ?? null,
      active: status?.performance?.current_uploads ?? null,
      queued: status?.performance?.queue_length ?? null,
      open: status?.performance?.open_uploads ?? null,
      tickets: mib(status?.buffers?.ticket_bytes), pages: mib(status?.buffers?.page_bytes), spool: mib(status?.spool?.written_bytes),
      alerts: status?.alerts ?? null,
      waits: status?.waits ? Object.fromEntries(Object.entries(status.waits).filter(([, count]) => count > 0)) : null,
      toNotion: rate(now.sent, last.sent),
      fromClients: rate(now.taken, last.taken),
      requests: stats?.requests ?? null,
    };
  }
}
