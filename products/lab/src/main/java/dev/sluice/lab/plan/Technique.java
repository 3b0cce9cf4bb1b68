package dev.sluice.lab.plan;

import java.util.Arrays;
import java.util.Optional;

/// The ways from a server to its clients that the lab compares.
public enum Technique {
    /// Asks again after each interval.
    POLLING("polling", false),
    /// Asks again at once; an answer waits for the next event.
    LONG_POLLING("long-polling", false),
    /// Server-Sent Events over HTTP/1.1.
    SSE("sse", false),
    /// Server-Sent Events over HTTP/2, which browsers speak over TLS only.
    SSE_HTTP2("sse-http2", true),
    /// A streamed answer of JSON lines, as `fetch` reads it.
    FETCH_LINES("fetch-lines", false),
    /// A streamed answer of the data alone. It has no cursors, so nothing can resume.
    FETCH_TEXT("fetch-text", false),
    /// A message for each event, with its envelope.
    WEBSOCKET("websocket", false);

    private final String label;
    private final boolean isTls;

    Technique(String label, boolean isTls) {
        this.label = label;
        this.isTls = isTls;
    }

    /// The name in options, JSON and links.
    public String label() {
        return label;
    }

    /// Whether its line carries encrypted bytes.
    public boolean isTls() {
        return isTls;
    }

    /// Whether a client that lost its connection gets what it missed.
    public boolean resumes() {
        return this != FETCH_TEXT;
    }

    /// Returns the lane with this label.
    public static Optional<Technique> labelled(String label) {
        return Arrays.stream(values()).filter(lane -> lane.label.equals(label)).findFirst();
    }
}
