// A program that the scenarios start: its output goes to a file, it is ended with everything else.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const running = new Set();

/** Ends whatever still runs; for the way out. */
export function endAll() {
  for (const child of running) {
    child.kill('SIGKILL');
  }
}

export class Child {
  #process;
  #ended;
  exit = null;

  /** @param {string[]} enter files of control groups that take the process before it becomes the program */
  constructor(log, command, { enter = [], env = {} } = {}) {
    this.log = log;
    const out = openSync(log, 'a');
    this.started = performance.now();
    this.#process = spawn('bash', ['-c', 'n=$1; shift; for ((; n > 0; n--)); do echo $$ > "$1"; shift; done; exec "$@"', 'bench', String(enter.length), ...enter, ...command], {
      stdio: ['ignore', out, out],
      env: { ...process.env, ...env },
    });
    closeSync(out);
    running.add(this.#process);
    this.#ended = new Promise((resolve) => {
      this.#process.on('exit', (code, signal) => {
        this.exit = { code, signal };
        running.delete(this.#process);
        resolve();
      });
    });
  }

  get pid() { return this.#process.pid; }

  /** The first match of a pattern in its output. */
  async says(pattern, seconds) {
    for (const end = performance.now() + seconds * 1000; performance.now() < end; await wait(20)) {
      const found = pattern.exec(readFileSync(this.log, 'utf8'));
      if (found) {
        return found[1];
      }

      if (this.exit) {
        break;
      }
    }

    throw new Error(`${this.log}: ${pattern} did not come. Its end: ${readFileSync(this.log, 'utf8').slice(-2000)}`);
  }

  /** Sends a signal and waits for the end, by force after so many seconds. Returns how long it took. */
  async stop(signal = 'SIGTERM', seconds = 20) {
    const from = performance.now();
    if (!this.exit) {
      this.#process.kill(signal);
      const force = setTimeout(() => this.#process.kill('SIGKILL'), seconds * 1000);
      await this.#ended;
      clearTimeout(force);
    }

    return (performance.now() - from) / 1000;
  }
}
