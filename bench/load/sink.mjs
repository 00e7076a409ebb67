// Takes bodies and throws them away: what is behind the proxies of bench/proxies.sh. Prints its address.
import http from 'node:http';

const server = http.createServer((request, answer) => {
  request.on('data', () => {});
  request.on('end', () => {
    answer.writeHead(201, { 'Content-Length': 0 });
    answer.end();
  });
  request.on('error', () => {});
});
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
