// A client that stops in mid-body and stays: it makes an upload, sends a little, and says nothing more. Where its connection is ended
// it asks for the offset and begins again, as long as it is told to stay; then it takes its upload back.
import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { Content } from './content.mjs';
import { request } from './http.mjs';

const tus = { 'Tus-Resumable': '1.0.0' };

/** @returns {Promise<{accepted:boolean, bodies:number, cancelled:boolean, problem:string|null}>} */
export async function stayIdle(endpoint, { name, size, burst, until }) {
  const result = { accepted: false, bodies: 0, cancelled: false, problem: null };
  const content = new Content(name, size);
  try {
    const made = await request(endpoint, {
      method: 'POST',
      headers: { ...tus, 'Upload-Length': size, 'Upload-Metadata': `filename ${Buffer.from(name).toString('base64')},filetype ${Buffer.from('text/plain').toString('base64')}` },
      timeout: 60_000,
    });
    if (made.status !== 201) {
      result.problem = `POST was answered ${made.status}.`;
      return result;
    }

    result.accepted = true;
    const url = new URL(made.headers.location, endpoint).href;
    while (Date.now() < until) {
      const head = await request(url, { method: 'HEAD', headers: tus, timeout: 30_000 });
      if (head.status !== 200) {
        result.problem = `HEAD was answered ${head.status}.`;
        return result;
      }

      const offset = Number(head.headers['upload-offset']);
      result.bodies += 1;
      await idleBody(url, content, offset, Math.min(offset + burst, size - 1), until);
      await wait(200);
    }

    const gone = await request(url, { method: 'DELETE', headers: tus, timeout: 30_000 });
    result.cancelled = gone.status === 204;
    if (!result.cancelled) {
      result.problem = `DELETE was answered ${gone.status}.`;
    }
  } catch (error) {
    result.problem = error.message;
  }

  return result;
}

/** Ends when the other side ended the connection, or the time is over. */
function idleBody(url, content, offset, stop, until) {
  return new Promise((resolve) => {
    const out = http.request(url, {
      method: 'PATCH',
      headers: { ...tus, 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': offset, 'Content-Length': content.size - offset },
    });
    const timer = setTimeout(() => out.destroy(), Math.max(0, until - Date.now()));
    out.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
    out.on('error', () => {});
    out.on('response', (answer) => answer.resume());
    out.write(stop > offset ? content.bytes(offset, stop) : Buffer.alloc(0));
    out.flushHeaders();
  });
}
