// What every scenario runs on: a gateway, a simulator, samples, uploads, and the checks that hold for all of them.
import { execFileSync } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { uploadByTus } from '../clients/tusClient.mjs';
import { Checks } from '../report/checks.mjs';
import { writeReport } from '../report/report.mjs';
import { Gateway } from './gateway.mjs';
import { Group } from './group.mjs';
import { Sampler } from './sampler.mjs';
import { Simulator } from './simulator.mjs';

const mib = 1048576;

export class Stage {
  #folder;
  #states = [];
  #limit = new AbortController();
  #timer;
  #tooLong = false;
  group = new Group();
  traffic = { bytes: 0 };
  figures = {};
  limits = { rss: 80, used: 200 };

  /** @param {object} options sluice, output, quick, profile, rate, seed, size, clients, minutes, settings, simulate, maxSeconds */
  constructor(name, options) {
    this.name = name;
    this.options = options;
    this.checks = new Checks(options.quick);
    this.#folder = path.join(options.output, name);
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder, { recursive: true });
  }

  get quick() { return this.options.quick; }
  get signal() { return this.#limit.signal; }
  get isOver() { return this.#tooLong; }

  async open() {
    const { sluice, profile, rate, seed, simulate, maxSeconds } = this.options;
    setMaxListeners(0, this.#limit.signal); // one for each client
    this.simulator = await Simulator.start({ sluice, log: path.join(this.#folder, 'simulator.log'), profile, rate, seed, options: simulate });
    this.gateway = this.another(this.group.enter);
    this.figures['start to listening, s'] = await this.gateway.start();
    this.figures['RSS after start, MiB'] = this.gateway.look().rss / 1024;
    this.sampler = new Sampler({ gateway: this.gateway, simulator: this.simulator, group: this.group, traffic: this.traffic });
    this.cpuAtStart = this.group.cpuSeconds();
    this.#timer = setTimeout(() => {
      this.#tooLong = true;
      this.#limit.abort();
    }, maxSeconds * 1000);
  }

  /** A gateway with a state folder of its own, beside the report and not in the system's temporary folder, which may be memory: a spool there is no spool. */
  another(enter) {
    const data = mkdtempSync(path.join(this.#folder, 'state-'));
    this.#states.push(data);
    const { sluice, settings } = this.options;
    return new Gateway({ sluice, data, log: path.join(this.#folder, `gateway${this.#states.length > 1 ? `-${this.#states.length}` : ''}.log`), notion: this.simulator.address, enter, settings });
  }

  /** One upload by tus; more in spec as clients/tusClient.mjs says. */
  upload(spec, endpoint = this.gateway.endpoint) {
    return uploadByTus(endpoint, { seed: this.options.seed, traffic: this.traffic, signal: this.signal, ...spec });
  }

  /** Waits until something holds, or the scenario's time is over. False: it never did. */
  async until(holds, seconds, every = 200) {
    for (const end = performance.now() + seconds * 1000; performance.now() < end && !this.isOver; await wait(every)) {
      if (await holds()) {
        return true;
      }
    }

    return false;
  }

  /** Notion fails by these rules until the breaker has opened once more, and then until something else holds. How often sends met them. */
  async breakNotion(rules, also = async () => {}) {
    const opened = async () => (await this.gateway.status())?.recovery?.breaker_activations ?? null;
    const before = await opened() ?? 0;
    await this.simulator.script(rules);
    await this.until(async () => (await opened()) > before, 90, 100);
    await also();
    const acted = (await this.simulator.rules()).rules.filter(({ endpoint }) => (endpoint ?? 'send') === 'send').reduce((sum, rule) => sum + rule.acted, 0);
    await this.simulator.script([]);
    return acted;
  }

  async pause(seconds) {
    await wait(seconds * 1000, undefined, { signal: this.signal }).catch(() => {});
  }

  /**
   * Both sides of every upload: done at the gateway, the same bytes at the simulator, attached exactly once, and no more sent than allowed.
   * mayRefuse: an upload that was refused at the start and given up by its client is left out.
   */
  async verify(results, { factor = 1.02, extraBytes = 0, mayRefuse = false, prefix = '' } = {}) {
    const { checks } = this;
    const accepted = mayRefuse ? results.filter((one) => one.id !== null) : results;
    const total = accepted.length;
    const problems = { done: [], digest: [], attached: [] };
    const everything = await this.simulator.uploads();
    for (const one of accepted) {
      const state = one.id === null ? null : await this.gateway.upload(one.id).catch(() => null);
      if (state?.state !== 'done') {
        problems.done.push(`${one.name}: ${state?.state ?? 'unknown'} ${state?.error?.message ?? one.error ?? ''}`);
        continue;
      }

      const stored = await this.simulator.upload(state.file_upload_id).catch(() => null);
      const digest = one.content.sha256();
      if (digest === null || state.sha256 !== digest || stored?.sha256 !== digest || stored?.length !== one.size) {
        problems.digest.push(`${one.name}: client ${digest}, gateway ${state.sha256}, Notion ${stored?.sha256}`);
      }

      const times = everything.filter((upload) => upload.filename === one.name).reduce((sum, upload) => sum + upload.attachments.length, 0);
      if (times !== 1) {
        problems.attached.push(`${one.name}: ${times} times`);
      }
    }

    const say = (name, list) => checks.add(prefix + name, list.length === 0 && total > 0, `${total - list.length} of ${total}${list.length > 0 ? `; ${list.slice(0, 3).join('; ')}` : ''}`);
    say('Every_upload_is_done', problems.done);
    say('Both_sides_have_the_same_digest', problems.digest);
    say('Each_is_attached_once', problems.attached);
    const refused = results.filter((one) => one.refusals > 0).length;
    const givenUp = accepted.filter((one) => one.error !== null);
    if (!mayRefuse) {
      checks.equal(`${prefix}None_is_refused`, refused, 0, 'uploads refused');
    }

    checks.add(`${prefix}No_client_gives_up`, givenUp.length === 0, `${givenUp.length} of ${total}${givenUp.length > 0 ? `; ${givenUp.slice(0, 3).map((one) => `${one.name}: ${one.error}`).join('; ')}` : ''}`);
    const length = accepted.reduce((sum, one) => sum + one.size, 0);
    const stats = await this.simulator.stats();
    const parts = everything.reduce((sum, upload) => sum + upload.parts_sent, 0);
    // A form around each part, and the JSON of the other calls.
    const around = 2048 * stats.requests;
    checks.atMost(`${prefix}Bytes_sent`, stats.body_bytes, Math.round(length * factor + extraBytes + around), `bytes: ${factor} x the files${extraBytes > 0 ? ` and ${extraBytes} for scripted faults` : ''}`);
    Object.assign(this.figures, {
      'uploads': total, 'MiB of files': length / mib, 'bytes sent / file': length > 0 ? stats.body_bytes / length : 0, 'requests': stats.requests,
      'parts': parts, 'sends beyond one a part': everything.reduce((sum, upload) => sum + upload.sends, 0) - parts, 'faults': JSON.stringify(stats.faults),
    });
    return { length, stats, everything };
  }

  /** Memory, the end, the report. */
  async close() {
    clearTimeout(this.#timer);
    const { checks, figures, gateway, sampler } = this;
    const status = await gateway.status();
    const metrics = await gateway.get('/metrics', { timeout: 5000 }).catch(() => null);
    const cpu = this.group.cpuSeconds();
    sampler.stop();
    checks.add('Ends_in_its_time', !this.isOver, `${sampler.seconds.toFixed(0)} s of at most ${this.options.maxSeconds} s`);
    const stopped = await gateway.stop();
    checks.add('The_gateway_stays_up_and_ends_on_SIGTERM', stopped !== null && stopped.alive && stopped.code === 0, stopped === null ? 'it never ran' : `${stopped.alive ? 'it ran to the end' : 'it had ended by itself'}, exit ${stopped.code ?? stopped.signal}`);
    checks.atMost('Peak_RSS', gateway.peak > 0 ? gateway.peak / 1024 : null, this.limits.rss, 'MiB');
    if (this.group.isThere && sampler.samples.length > 0) {
      checks.atMost('Anon_and_kernel_and_sockets', sampler.most('used'), this.limits.used, 'MiB');
    }

    const gib = (figures['MiB of files'] ?? 0) / 1024;
    Object.assign(figures, {
      'seconds': sampler.seconds,
      'peak RSS, MiB': gateway.peak / 1024, 'most anon, MiB': sampler.most('anon'), 'most kernel, MiB': sampler.most('kernel'), 'most sockets, MiB': sampler.most('sockets'),
      'CPU seconds': cpu === null ? null : cpu - this.cpuAtStart, 'CPU seconds per GiB': cpu === null || gib === 0 ? null : (cpu - this.cpuAtStart) / gib,
      'CPU, mean % of the quota': cpu === null ? null : ((cpu - this.cpuAtStart) / sampler.seconds / (this.group.cpus ?? 1)) * 100,
      'most workers': sampler.most('workers'), 'most queued': sampler.most('queued'), 'most open': sampler.most('open'), 'most in spool, MiB': sampler.most('spool'),
      'most files and sockets open': sampler.most('fds'), 'SIGTERM to exit, s': stopped?.seconds ?? null, 'breaker activations': status?.recovery?.breaker_activations ?? null,
      'retries': status?.totals?.retries ?? null,
    });
    await this.simulator.stop();
    for (const state of this.#states) {
      rmSync(state, { recursive: true, force: true });
    }

    if (metrics?.status === 200) {
      writeFileSync(path.join(this.#folder, 'metrics.txt'), metrics.text);
    }

    const { options } = this;
    writeReport(this.#folder, {
      name: this.name, checks, figures, samples: sampler.samples, marks: sampler.marks, limits: this.limits,
      about: {
        date: new Date().toISOString(), commit: commit(), mode: options.quick ? 'quick' : 'full', profile: options.profile, rate: options.rate, seed: options.seed,
        group: this.group.isThere ? `512 MiB, ${this.group.cpus ?? 'no limit of'} CPU` : 'none: no control group can be made here',
        settings: options.settings.join(' ') || 'defaults', machine: `${cpus()[0]?.model ?? 'unknown'} x ${cpus().length}`,
      },
    });
    return checks;
  }
}

function commit() {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}
