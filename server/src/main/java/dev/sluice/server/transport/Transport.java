package dev.sluice.server.transport;

import dev.sluice.server.http.Problems;
import dev.sluice.server.http.Refused;

/// A way by which events reach a client. `docs/protocol.md` §2.
public enum Transport {
    SSE("Server-Sent Events"),
    WEBSOCKET("WebSocket"),
    NDJSON("JSON lines"),
    TEXT("raw text"),
    LONG_POLL("a long poll"),
    POLL("a poll"),
    PAGE("a page");

    private final String title;

    Transport(String title) {
        this.title = title;
    }

    /// As a sentence calls it.
    public String title() {
        return title;
    }

    /// What is said of a parameter that it has no use for.
    public Refused refused(String parameter) {
        return Problems.BAD_PARAMETER.refused(
                parameter, "The parameter '" + parameter + "' is not for " + title + ": leave it out.");
    }

    /// Whether it goes on until one of both ends it.
    public boolean isLive() {
        return switch (this) {
            case SSE, WEBSOCKET, NDJSON, TEXT -> true;
            case LONG_POLL, POLL, PAGE -> false;
        };
    }

    public boolean isPoll() {
        return this == LONG_POLL || this == POLL;
    }
}
