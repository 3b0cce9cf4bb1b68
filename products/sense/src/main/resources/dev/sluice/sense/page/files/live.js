// The connection of a page of Sense to the hub.
import { Sluice } from '../../client.js';
import { BACKOFF, follow, HUB } from '../../page/program.js';

/** A client whose state the shell shows. */
export const connect = () => follow(new Sluice(HUB, { transports: ['sse', 'websocket', 'ndjson', 'longpoll', 'poll'], backoff: BACKOFF }));
