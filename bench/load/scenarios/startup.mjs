// Not load but the time around it: from the start of the process to the first byte that is taken, from SIGTERM to the end,
// and what it costs to be there: idle, and with fifty viewers of its events.
import http from 'node:http';
import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { request } from '../clients/http.mjs';
import { percentile } from '../report/numbers.mjs';
import { Gateway } from '../running/gateway.mjs';

export const title = 'start, stop, idle, and 50 viewers of the events';

export const defaults = (quick) => ({ rate: 'off', maxSeconds: 600, starts: quick ? 2 : 7, watched: quick ? 4 : 30 });

export async function run(stage, { starts, watched }) {
  const { checks, figures, gateway, group } = stage;
  stage.sampler.stop(); // what looks at it costs it CPU
  figures['MiB of files'] = 0;
  await gateway.stop();

  for (const [where, limit, other] of [['in the group', 0.8, gateway], ['free', 0.15, null]]) {
    const measured = other ?? stage.another([]);
    if (!other) {
      await measured.start(); // its first start makes the state folder and finds a port
      await measured.stop();
    }

    const taken = [];
    const ended = [];
    for (let at = 0; at < starts; at++) {
      const started = performance.now();
      const up = measured.start();
      taken.push(await firstByte(measured.port, started));
      await up;
      ended.push((await measured.stop()).seconds);
    }

    figures[`start to the first byte taken, ${where}, s (median; all)`] = `${percentile(taken, 0.5).toFixed(3)}; ${taken.map((one) => one.toFixed(3)).join(', ')}`;
    figures[`SIGTERM to exit, ${where}, s`] = ended.map((one) => one.toFixed(3)).join(', ');
    checks.atMost(`Start_to_the_first_byte_${where.replaceAll(' ', '_')}`, percentile(taken, 0.5), limit, 's, median', { time: true });
  }

  await gateway.start();
  if (!group.isThere) {
    return;
  }

  const share = async (seconds) => {
    await wait(2000);
    const before = group.cpuSeconds();
    await stage.pause(seconds);
    return ((group.cpuSeconds() - before) / seconds / (group.cpus ?? 1)) * 100;
  };
  const idle = await share(watched);
  const viewers = Array.from({ length: 50 }, () => watch(`${gateway.address}/api/events`));
  const seen = await Promise.all(viewers.map((viewer) => viewer.first));
  const viewed = await share(watched);
  for (const viewer of viewers) {
    viewer.end();
  }

  figures['idle, % of the quota'] = idle;
  figures['50 viewers, % of the quota'] = viewed;
  checks.equal('Every_viewer_is_told_how_things_are', seen.filter(Boolean).length, 50, 'viewers');
  checks.atMost('Idle', idle, 0.5, '% of the quota', { time: true });
  checks.atMost('Fifty_viewers', viewed, 1, '% of the quota', { time: true });
}

/** Seconds until a POST with the first bytes of a file was answered with their number. */
async function firstByte(port, started) {
  while (!(await connects(port))) {
    await wait(1);
  }

  const name = Buffer.from(`start-${Math.round(started)}.txt`).toString('base64');
  const answer = await request(`http://127.0.0.1:${port}/files`, {
    method: 'POST', body: 'a'.repeat(4096), timeout: 30_000,
    headers: { 'Tus-Resumable': '1.0.0', 'Upload-Length': 1048576, 'Content-Type': 'application/offset+octet-stream', 'Upload-Metadata': `filename ${name},filetype ${Buffer.from('text/plain').toString('base64')}` },
  });
  if (answer.status !== 201) {
    throw new Error(`The first POST was answered ${answer.status}: ${answer.text}`);
  }

  return (performance.now() - started) / 1000;
}

function connects(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

/** A viewer: first is true once it was told something, false where it was refused. */
function watch(url) {
  let out;
  const first = new Promise((resolve) => {
    out = http.get(url, { agent: false }, (answer) => {
      answer.once('data', () => resolve(answer.statusCode === 200));
      answer.on('data', () => {});
      answer.on('end', () => resolve(false));
      answer.on('error', () => {});
    });
    out.on('error', () => resolve(false));
    out.setTimeout(15_000, () => resolve(false));
  });
  return { first, end: () => out.destroy() };
}
