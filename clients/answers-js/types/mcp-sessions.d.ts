import type { Options } from 'sluice-client';
import type { McpHandlerRequestOptions, McpServerFactory, WebStandardStreamableHTTPServerTransportOptions } from '@modelcontextprotocol/server';

/** The sessions of clients of MCP 2025-11-25 and older, beside `createMcpHandler` for newer ones. */
export class SluiceMcpSessions {
  constructor(
    options: Options & {
      /** The hub's URL. */
      url: string;
      /** Before the channels' names. */
      prefix?: string;
      /** Returns a new server for each session. */
      server: McpServerFactory;
      /** Options of the SDK's transport, such as `keepAliveMs`. */
      transport?: Omit<WebStandardStreamableHTTPServerTransportOptions, 'eventStore' | 'sessionIdGenerator' | 'onsessioninitialized' | 'onsessionclosed'>;
      /** The limit of sessions, above which the least recently used one ends; 1,000. */
      sessionsMax?: number;
      /** Called with errors that no client sees. */
      onError?: (error: unknown) => void;
    },
  );
  /** The number of sessions. */
  readonly size: number;
  /** Answers a request for which `isLegacyRequest` is true. Only the `owner` who began a session finds it. */
  handle(request: Request, options?: McpHandlerRequestOptions & { owner?: unknown }): Promise<Response>;
  /** Ends all sessions. */
  close(): Promise<void>;
}
