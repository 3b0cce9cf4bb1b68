// The connection of a page of Sense to the hub.
import { Sluice } from '../../client.js';
import { BACKOFF, follow, HUB } from '../../page/program.js';

/** Returns a client whose state is shown in the page frame. */
export const connect = () => follow(new Sluice(HUB, { transports: ['sse', 'websocket', 'ndjson', 'longpoll', 'poll'], backoff: BACKOFF }));
