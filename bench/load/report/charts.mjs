// SVG charts of a run's samples. ECharts renders them without a browser.
import { init } from 'echarts';

const breakerLevel = { closed: 0, 'half-open': 1, open: 2, isolated: 3 };

/** @returns {Record<string,string>} file name -> SVG */
export function chartsOf(samples, marks, limits) {
  const line = (name, value, more = {}) => ({
    name, type: 'line', showSymbol: false, animation: false, ...more,
    data: samples.map((sample) => [sample.t, value(sample) ?? null]),
  });
  const bound = (name, value) => ({ name, type: 'line', showSymbol: false, animation: false, lineStyle: { type: 'dashed' }, data: samples.map((sample) => [sample.t, value]) });
  const used = samples.some((sample) => sample.used !== null);
  return {
    'memory.svg': chart('Memory', 'MiB', marks, [
      line('RSS', (s) => s.rss), ...(used ? [line('anon + kernel + sockets', (s) => s.used), line('kernel + sockets', (s) => s.used === null ? null : s.kernel + s.sockets)] : []),
      line('part buffers', (s) => s.pages), bound('limit of RSS', limits.rss),
    ]),
    'cpu.svg': chart('CPU', '% of the quota', marks, [line('CPU', (s) => s.cpu)]),
    'workers.svg': chart('Workers', 'parts in flight', marks, [line('workers', (s) => s.workers, { step: 'end' }), line('allowed', (s) => s.workersLimit, { step: 'end', lineStyle: { type: 'dashed' } })]),
    'queue.svg': chart('Uploads', 'uploads', marks, [line('open', (s) => s.open, { step: 'end' }), line('active', (s) => s.active, { step: 'end' }), line('queued', (s) => s.queued, { step: 'end' })]),
    'breaker.svg': chart('Circuit breaker', '', marks, [line('state', (s) => breakerLevel[s.breaker], { step: 'end' })], {
      min: 0, max: 3, interval: 1, axisLabel: { formatter: (value) => Object.keys(breakerLevel)[value] ?? '' },
    }),
    'throughput.svg': chart('Throughput', 'MiB/s', marks, [line('from clients', (s) => s.fromClients), line('to Notion', (s) => s.toNotion)]),
  };
}

function chart(title, unit, marks, series, axis = {}) {
  const view = init(null, null, { renderer: 'svg', ssr: true, width: 960, height: 320 });
  const shown = marks.length > 12 ? [] : marks;
  view.setOption({
    animation: false,
    title: { text: title, left: 8, top: 4, textStyle: { fontSize: 14 } },
    legend: { top: 6, right: 8, data: series.map((one) => one.name) },
    grid: { left: 70, right: 24, top: 44, bottom: 40 },
    xAxis: { type: 'value', name: 'seconds', nameLocation: 'middle', nameGap: 24, min: 0 },
    yAxis: { type: 'value', name: unit, min: 0, ...axis },
    series: series.map((one, at) => at > 0 ? one : {
      ...one,
      markLine: { symbol: 'none', animation: false, data: shown.map((mark) => ({ xAxis: mark.t, label: { formatter: mark.text, fontSize: 10 }, lineStyle: { color: '#999', type: 'dotted' } })) },
    }),
  });
  const svg = view.renderToSVGString();
  view.dispose();
  return svg;
}
