// A proxy on the way to the gateway that ends connections in their midst, as routers and telephones do.
import net from 'node:net';

export class Cutter {
  #server;
  #pairs = new Set();
  cuts = 0;

  /** @param {() => number} port where the gateway listens now */
  static async start(port) {
    const cutter = new Cutter();
    cutter.#server = net.createServer((client) => {
      const gateway = net.connect(port(), '127.0.0.1');
      const pair = { client, gateway };
      cutter.#pairs.add(pair);
      const end = () => {
        cutter.#pairs.delete(pair);
        client.destroy();
        gateway.destroy();
      };
      for (const socket of [client, gateway]) {
        socket.on('error', end);
        socket.on('close', end);
      }

      client.pipe(gateway);
      gateway.pipe(client);
    });
    await new Promise((resolve) => cutter.#server.listen(0, '127.0.0.1', resolve));
    return cutter;
  }

  get port() { return this.#server.address().port; }

  /** Resets up to count connections, the oldest first. */
  cut(count) {
    for (const { client, gateway } of [...this.#pairs].slice(0, count)) {
      this.cuts += 1;
      client.resetAndDestroy();
      gateway.resetAndDestroy();
    }
  }

  stop() {
    this.cut(Infinity);
    this.#server.close();
  }
}
