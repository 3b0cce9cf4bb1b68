/** A real nginx before a server, which closes a connection on which the server is silent. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import net from 'node:net';
import { freePort } from '../../client-js/test/walkthrough.mjs';
import { until } from './setup.mjs';

/** Folders that Debian's nginx has compiled in, and only root may write to. */
const FOLDERS = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];

export class Nginx {
  #program;

  /** @param silence the longest that the server may be silent, as nginx writes it */
  static async start(folder, upstream, silence) {
    const nginx = new Nginx();
    const port = await freePort();
    nginx.url = `http://127.0.0.1:${port}`;
    await writeFile(`${folder}/nginx.conf`, `
      pid ${folder}/nginx.pid;
      error_log ${folder}/nginx.log;
      events {}
      http {
        access_log off;
        ${FOLDERS.map(each => `${each}_temp_path ${folder}/${each};`).join(' ')}
        server {
          listen 127.0.0.1:${port};
          location / { proxy_pass ${upstream}; proxy_http_version 1.1; proxy_read_timeout ${silence}; }
        }
      }`);
    nginx.#program = spawn('nginx', ['-c', `${folder}/nginx.conf`, '-g', 'daemon off; master_process off;'], { stdio: 'inherit' });
    await nginx.#listening(port);
    return nginx;
  }

  async #listening(port) {
    let isListening = false;
    const attempt = () => net.connect(port, '127.0.0.1', function () {
      isListening = true;
      this.destroy();
    }).on('error', () => {});
    await until(() => {
      if (this.#program.exitCode !== null) throw new Error(`nginx ended with ${this.#program.exitCode}.`);
      if (!isListening) attempt();
      return isListening;
    }, 'nginx');
  }

  async stop() {
    if (this.#program.exitCode !== null || this.#program.signalCode !== null) return;
    this.#program.kill();
    await once(this.#program, 'exit');
  }
}
