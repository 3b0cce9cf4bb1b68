/** What tests of this folder start: a hub on disk, a proxy between it and its readers, and an application's web server. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { Sluice } from 'sluice-client';
import { TestHub } from '../../client-js/test/hub.mjs';
import { HostileProxy } from '../../client-js/test/proxy.mjs';
import { within } from '../../client-js/test/waiting.mjs';
import { Site } from './site.mjs';

export const SOON_MS = 60_000;
export const QUICK = { backoff: { first: 20, max: 200 }, answerMs: 5_000, heartbeat: 1 };

export class Setup {
  #open = [];

  /**
   * @param route    of the web server, as of `Site`
   * @param settings of the hub
   */
  async start(route, settings) {
    this.folder = await mkdtemp(`${tmpdir()}/sluice-answers-`);
    this.hub = await TestHub.start({ folder: `${this.folder}/data`, settings });
    this.proxy = await HostileProxy.start(this.hub.url);
    this.site = await Site.start(route);
    return this;
  }

  /** A client of the hub, which `stop` closes. */
  connect(url = this.proxy.url) {
    const sluice = new Sluice(url, QUICK);
    this.#open.push(sluice);
    return sluice;
  }

  /** Resolves when the newest answer of a conversation has ended. */
  async ended(conversation) {
    const { events } = await (await fetch(`${this.hub.url}channels/conversations/${conversation}`)).json();
    await (await fetch(`${this.hub.url}channels/answers/${events.at(-1).key}?after=earliest&as=ndjson`)).text();
  }

  async stop() {
    this.#open.forEach(sluice => sluice.close());
    this.site?.stop();
    this.proxy?.stop();
    await this.hub?.stop();
    if (this.folder) await rm(this.folder, { recursive: true, force: true });
  }
}

/** Resolves when the condition holds. */
export async function until(isSo, what) {
  let timer;
  await within(SOON_MS, what, new Promise((resolve, reject) => {
    timer = setInterval(() => {
      try {
        if (isSo()) resolve();
      } catch (error) {
        reject(error);
      }
    }, 5);
  })).finally(() => clearInterval(timer));
}
