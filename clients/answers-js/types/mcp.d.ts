import type { Options } from 'sluice-client';
import type { EventStore } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

/** Keeps the messages of one MCP session in a channel; for `StreamableHTTPServerTransport` (2025-11-25 and older). */
export class SluiceEventStore implements EventStore {
  constructor(
    options: Options & {
      /** The hub's URL. */
      url: string;
      /** Before the channel's name. */
      prefix?: string;
      /** The name of this session alone; random. */
      session?: string;
    },
  );
  storeEvent: EventStore['storeEvent'];
  getStreamIdForEventId(eventId: string): Promise<string | undefined>;
  replayEventsAfter: EventStore['replayEventsAfter'];
  /** Deletes the messages, for the end of the session. */
  close(): Promise<void>;
}
