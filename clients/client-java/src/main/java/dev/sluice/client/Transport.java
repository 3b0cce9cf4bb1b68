package dev.sluice.client;

/**
 * The protocol over which events arrive. A subscription over any transport with cursors can resume where another one
 * stopped, also over a different transport.
 */
public enum Transport {
    /** Server-Sent Events: a long-lived HTTP response; passes most proxies. */
    SSE,
    /**
     * WebSocket. With {@link SubscribeRequest#raw} it carries no cursors and behaves like {@link #TEXT} after a loss.
     */
    WEBSOCKET,
    /** One JSON object per line in a long-lived HTTP response. */
    NDJSON,
    /**
     * Only the data of the events. It carries <em>no cursors and no heartbeats</em>: a connection that is lost before
     * any data has arrived is reestablished; later the subscription ends with a {@link PositionLostException}. A
     * connection that dies silently is not noticed.
     */
    TEXT,
    /** Long polling: the hub answers each request as soon as there are events. Works where streams are blocked. */
    LONG_POLL,
    /** Polling: a request at regular intervals. */
    POLL
}
