// One upload by tus-js-client with the library's defaults. It never throws: what became of it is in what it resolves to.
import * as tus from 'tus-js-client';
import { Content } from './content.mjs';

/**
 * @param {object} spec name, size; rate (bytes a second, 0: none), seed, signal (ends it), onProgress(sent, size), traffic ({bytes})
 * @returns {Promise<{name,size,content,url,id,error,seconds,requests,refusals}>} error: null where the library reported success
 */
export function uploadByTus(endpoint, spec) {
  const content = new Content(`${spec.seed ?? 1}/${spec.name}`, spec.size);
  const started = Date.now();
  const result = { name: spec.name, size: spec.size, content, url: null, id: null, error: null, seconds: 0, requests: {}, refusals: 0 };
  return new Promise((resolve) => {
    const end = (error) => {
      spec.signal?.removeEventListener('abort', cut);
      result.url ??= upload.url;
      result.id = result.url?.split('/').at(-1) ?? null;
      result.error = error;
      result.seconds = (Date.now() - started) / 1000;
      resolve(result);
    };
    const upload = new tus.Upload({ content }, {
      endpoint,
      // What the library does for a file on disk, for a file that is made as it goes.
      fileReader: { openFile: async () => source(content, spec) },
      metadata: { filename: spec.name, filetype: 'text/plain' },
      onBeforeRequest: (request) => { result.requests[request.getMethod()] = (result.requests[request.getMethod()] ?? 0) + 1; },
      onAfterResponse: (request, response) => {
        if (request.getMethod() === 'POST' && response.getStatus() === 503) {
          result.refusals += 1;
          spec.onRefused?.();
        } else if (request.getMethod() === 'POST' && response.getStatus() === 201) {
          spec.onAccepted?.();
        }
      },
      onProgress: (sent, total) => spec.onProgress?.(sent, total, upload.url),
      onSuccess: () => end(null),
      onError: (error) => end(String(error?.message ?? error)),
    });
    const cut = () => {
      upload.abort().catch(() => {});
      end('It was ended because the scenario took too long.');
    };
    if (spec.signal?.aborted) {
      cut();
      return;
    }

    spec.signal?.addEventListener('abort', cut, { once: true });
    upload.start();
  });
}

function source(content, spec) {
  return {
    size: content.size,
    async slice(start, end) {
      const value = content.stream(start, end, { rate: spec.rate ?? 0, onBytes: (count) => { if (spec.traffic) spec.traffic.bytes += count; } });
      value.size = Math.min(end, content.size) - start;
      return { value, done: value.size >= content.size };
    },
    close() {},
  };
}
