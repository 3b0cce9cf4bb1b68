/** A web server whose routes take a Request and return a Response, as those of Next.js do. */
import http from 'node:http';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export class Site {
  calls = []; // The method and path of each request, and the status of its answer.
  #server = http.createServer((request, response) => this.#serve(request, response));

  /** @param route returns a Response, or nothing for a 404 */
  static async start(route) {
    const site = new Site();
    site.route = route;
    site.#server.listen(0, '127.0.0.1');
    await once(site.#server, 'listening');
    site.url = `http://127.0.0.1:${site.#server.address().port}`;
    return site;
  }

  async #serve(incoming, response) {
    const { method, url, headers } = incoming;
    const left = new AbortController();
    response.on('close', () => response.writableFinished || left.abort());
    const hasBody = !['GET', 'HEAD'].includes(method);
    try {
      const asked = new Request(new URL(url, this.url), {
        method, headers: Object.entries(headers).flatMap(([name, values]) => [values].flat().map(value => [name, value])),
        signal: left.signal, ...(hasBody && { body: Readable.toWeb(incoming), duplex: 'half' }),
      });
      const answer = (await this.route(asked)) ?? new Response('Nothing here.', { status: 404 });
      this.calls.push(`${method} ${url} ${answer.status}`);
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.flushHeaders();
      if (answer.body) await pipeline(Readable.fromWeb(answer.body), response);
      else response.end();
    } catch (error) {
      if (left.signal.aborted) return; // The client has gone.
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end(error.stack);
    }
  }

  cut() {
    this.#server.closeAllConnections();
  }

  stop() {
    this.cut();
    this.#server.close();
  }
}
