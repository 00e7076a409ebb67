// The stand-in for Notion, outside of every group.
import http from 'node:http';
import { json, request } from '../clients/http.mjs';
import { Child } from './child.mjs';

export class Simulator {
  #child;
  #agent = new http.Agent({ keepAlive: true, maxSockets: 4 });

  static async start({ sluice, log, profile, rate, seed, options = [] }) {
    const simulator = new Simulator();
    simulator.#child = new Child(log, [sluice, 'simulate', '--listen', 'http://127.0.0.1:0', '--plan', 'business', '--profile', profile, '--rate', String(rate), '--seed', String(seed), ...options]);
    simulator.address = await simulator.#child.says(/(http:\/\/127\.0\.0\.1:\d+)/, 60);
    return simulator;
  }

  get pid() { return this.#child.pid; }

  stats() { return this.#get('stats'); }
  uploads() { return this.#get('uploads'); }
  upload(id) { return this.#get(`uploads/${id}`); }
  rules() { return this.#get('faults'); }

  /** New rules in place of the old ones; a switch that is not named stays. */
  async script(script) {
    const answer = await request(`${this.address}/_sim/faults`, { method: 'PUT', body: JSON.stringify(script), agent: this.#agent });
    if (answer.status >= 300) {
      throw new Error(`The simulator refused the script: ${answer.text}`);
    }
  }

  async stop() {
    this.#agent.destroy();
    await this.#child.stop('SIGTERM', 5);
  }

  async #get(name) {
    const document = await json(`${this.address}/_sim/${name}`, { timeout: 30_000, agent: this.#agent });
    if (document === null) {
      throw new Error(`The simulator knows no ${name}.`);
    }

    return document;
  }
}
