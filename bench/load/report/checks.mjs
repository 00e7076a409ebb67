// Pass or fail, line by line. Lines about time are said but never fail a quick run.
export class Checks {
  #quick;
  lines = [];

  constructor(quick) {
    this.#quick = quick;
  }

  /** @param {string} name in words joined by _, as the other suites name their tests  @param {boolean} ok  @param {string} text the numbers */
  add(name, ok, text, { time = false } = {}) {
    const counts = !(time && this.#quick);
    this.lines.push({ name, outcome: ok ? 'passed' : counts ? 'failed' : 'noted', text });
  }

  /** A limit on a number; a number that is not known does not pass. */
  atMost(name, value, limit, unit, options) {
    this.add(name, value !== null && Number.isFinite(value) && value <= limit, `${round(value)} of at most ${round(limit)} ${unit}`, options);
  }

  atLeast(name, value, limit, unit, options) {
    this.add(name, value !== null && Number.isFinite(value) && value >= limit, `${round(value)} of at least ${round(limit)} ${unit}`, options);
  }

  equal(name, value, expected, unit, options) {
    this.add(name, value === expected, `${value} of ${expected} ${unit}`, options);
  }

  get failed() { return this.lines.filter((line) => line.outcome === 'failed').length; }
}

export function round(value) {
  return value === null || value === undefined ? 'unknown' : Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 3 : 1);
}
