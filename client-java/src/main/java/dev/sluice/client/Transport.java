package dev.sluice.client;

/** How events come from the hub. All that carry a cursor can go on where another stopped. */
public enum Transport {
    /** Server-Sent Events: a long answer of HTTP; passes most proxies. */
    SSE,
    /** WebSocket. With {@link SubscribeRequest#raw} without cursors, as {@link #TEXT}. */
    WEBSOCKET,
    /** A JSON object a line, as a long answer of HTTP. */
    NDJSON,
    /**
     * The data of the events and nothing else. It carries <em>no cursors and no heartbeats</em>: a line that is lost
     * before anything came is picked up again, afterwards the subscription ends with a {@link PlaceLostException}; and
     * a line that died silently is not noticed.
     */
    TEXT,
    /** A request that the hub answers as soon as there is something: where streams are blocked. */
    LONG_POLL,
    /** A request every now and then. */
    POLL
}
