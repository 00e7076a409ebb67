// Arithmetic of the reports.

/** Least squares: how much y grows for each x. 0 for fewer than two points. */
export function slope(points) {
  const n = points.length;
  const mx = points.reduce((sum, [x]) => sum + x, 0) / n;
  const my = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const over = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  const under = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  return under > 0 ? over / under : 0;
}

export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? null : sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** 5GiB, 500MB, 64KiB or a plain number. */
export function bytesOf(text) {
  const found = /^(\d+(?:\.\d+)?)\s*(KiB|MiB|GiB|KB|MB|GB|B)?$/.exec(String(text));
  if (!found) {
    throw new Error(`'${text}' is no size: 5GiB, 500MB, 64KiB or a plain number.`);
  }

  const unit = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1048576, GiB: 1073741824 }[found[2] ?? 'B'];
  return Math.round(Number(found[1]) * unit);
}

/** How often something began to hold in a row of samples, and whether it holds at the end. */
export function rises(samples, holds) {
  let [count, before] = [0, false];
  for (const sample of samples) {
    const now = holds(sample);
    if (now === null) {
      continue;
    }

    count += now && !before ? 1 : 0;
    before = now;
  }

  return { count, holds: before };
}
