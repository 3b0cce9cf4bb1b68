import type { Options, Sluice } from 'sluice-client';

/** Keeps the messages of one MCP session in a channel: an `EventStore` of the SDK, versions 1 and 2 (clients of 2025-11-25 and older). */
export class SluiceEventStore {
  constructor(
    options: Options & {
      /** The hub's URL. */
      url: string;
      /** Before the channel's name. */
      prefix?: string;
      /** The name of this session alone; random. */
      session?: string;
      /** A client that several stores share; it is not closed. */
      sluice?: Sluice;
    },
  );
  storeEvent(streamId: string, message: object): Promise<string>;
  getStreamIdForEventId(eventId: string): Promise<string | undefined>;
  replayEventsAfter(lastEventId: string, options: { send: (eventId: string, message: any) => Promise<void> }): Promise<string>;
  /** Deletes the messages, for the end of the session. */
  close(): Promise<void>;
}
