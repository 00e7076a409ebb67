// Small requests with a limit on their time.
import http from 'node:http';

/** @returns {Promise<{status:number,headers:object,text:string}>} */
export function request(url, { method = 'GET', headers = {}, body = null, timeout = 10_000, agent } = {}) {
  return new Promise((resolve, reject) => {
    const out = http.request(url, { method, headers: body === null ? headers : { 'Content-Length': Buffer.byteLength(body), ...headers }, agent }, (answer) => {
      const pieces = [];
      answer.on('data', (piece) => pieces.push(piece));
      answer.on('end', () => {
        clearTimeout(timer);
        resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(pieces).toString() });
      });
      answer.on('error', fail);
    });
    const timer = setTimeout(() => out.destroy(new Error(`${method} ${url} had no answer within ${timeout / 1000} s.`)), timeout);
    function fail(error) {
      clearTimeout(timer);
      reject(error);
    }

    out.on('error', fail);
    out.end(body);
  });
}

/** The document, or null where there is none. */
export async function json(url, options) {
  const answer = await request(url, options);
  return answer.status === 200 ? JSON.parse(answer.text) : null;
}
