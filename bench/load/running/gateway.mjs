// The gateway under test: in the control group, killed and started again on the same port and state folder.
import { readFileSync, readdirSync, statSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { json, request } from '../clients/http.mjs';
import { Child } from './child.mjs';

export class Gateway {
  #options;
  #child = null;
  #agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  port = 0;
  kills = 0;
  lost = null;
  /** The highest VmHWM of all its processes, KiB. */
  peak = 0;

  /** @param {object} options sluice, data, log, notion, enter, settings (list of Section:Name=value) */
  constructor(options) {
    this.#options = options;
  }

  get address() { return `http://127.0.0.1:${this.port}`; }
  get endpoint() { return `${this.address}/files`; }
  get pid() { return this.#child?.pid ?? 0; }
  get isRunning() { return this.#child !== null && this.#child.exit === null; }

  async start() {
    const { sluice, data, log, notion, enter, settings } = this.#options;
    const before = length(log);
    this.#child = new Child(log, [
      sluice, 'serve', '--listen', `http://127.0.0.1:${this.port}`, '--data', data,
      '--to', 'page:00000000-0000-4000-8000-000000000001', ...settings.flatMap((setting) => ['--set', setting]),
    ], { enter, env: { NOTION_TOKEN: 'bench', SLUICE_NOTION_URL: notion } });
    // An earlier process said the same in the same file.
    const told = new RegExp(`^[\\s\\S]{${before}}[\\s\\S]*?listens at http://127\\.0\\.0\\.1:(\\d+)`);
    this.port = Number(await this.#child.says(told, 60));
    const child = this.#child;
    return (performance.now() - child.started) / 1000;
  }

  async kill() {
    this.look();
    this.kills += 1;
    await this.#child.stop('SIGKILL');
  }

  /** Ends it as a platform does. Says how long it took and what it ended with. */
  async stop() {
    if (!this.#child) {
      return null;
    }

    this.look();
    const alive = this.isRunning;
    const seconds = await this.#child.stop('SIGTERM', 20);
    this.#agent.destroy();
    return { alive, seconds, ...this.#child.exit };
  }

  /** Memory of the process now, KiB; keeps the peak. Null where it does not run. */
  look() {
    try {
      const text = readFileSync(`/proc/${this.pid}/status`, 'utf8');
      const field = (name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
      this.peak = Math.max(this.peak, field('VmHWM'));
      return { rss: field('VmRSS'), peak: field('VmHWM'), threads: field('Threads') };
    } catch {
      return null;
    }
  }

  handles() {
    try {
      return readdirSync(`/proc/${this.pid}/fd`).length;
    } catch {
      return null;
    }
  }

  /** Files below the state folder but for the database: what uploads left there. */
  leftovers() {
    return readdirSync(this.#options.data, { recursive: true }).filter((name) => {
      const file = path.join(this.#options.data, name);
      return statSync(file, { throwIfNoEntry: false })?.isFile() && !name.startsWith('sluice.db') && !name.startsWith('owners');
    });
  }

  log() { return readFileSync(this.#options.log, 'utf8'); }

  /** Null where it did not answer in time: a gateway with a fifth of a core and work to do may be slow once. */
  status(timeout = 3000) { return json(`${this.address}/api/status`, { timeout, agent: this.#agent }).catch(() => null); }
  upload(id) { return json(`${this.address}/api/uploads/${id}`, { timeout: 20_000, agent: this.#agent }); }
  get(route, options) { return request(this.address + route, options); }
}

function length(file) {
  return statSync(file, { throwIfNoEntry: false }) ? readFileSync(file, 'utf8').length : 0;
}
