package dev.sluice.lab.plan;

import java.util.Arrays;
import java.util.Optional;

/// The techniques by which a server sends events to its clients, as compared by the lab. Each is one lane.
public enum Technique {
    /// Polls again after each interval.
    POLLING("polling", false),
    /// Polls again at once; the response waits for the next event.
    LONG_POLLING("long-polling", false),
    /// Server-Sent Events over HTTP/1.1.
    SSE("sse", false),
    /// Server-Sent Events over HTTP/2, which browsers use only over TLS.
    SSE_HTTP2("sse-http2", true),
    /// A streamed response of JSON lines, read with `fetch`.
    FETCH_LINES("fetch-lines", false),
    /// A streamed response that has only the data. It has no cursors, so a client can't resume.
    FETCH_TEXT("fetch-text", false),
    /// One WebSocket message per event, with its envelope.
    WEBSOCKET("websocket", false);

    private final String label;
    private final boolean isTls;

    Technique(String label, boolean isTls) {
        this.label = label;
        this.isTls = isTls;
    }

    /// Returns the name used in options, JSON and links.
    public String label() {
        return label;
    }

    /// Returns true if the lane's line carries encrypted bytes.
    public boolean isTls() {
        return isTls;
    }

    /// Returns true if a client that lost its connection receives the events that it missed.
    public boolean resumes() {
        return this != FETCH_TEXT;
    }

    /// Returns the lane with this label.
    public static Optional<Technique> labelled(String label) {
        return Arrays.stream(values()).filter(lane -> lane.label.equals(label)).findFirst();
    }
}
