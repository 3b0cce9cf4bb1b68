package dev.sluice.load;

import dev.sluice.load.http.Request;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The protocol over which readers receive events.
public enum Protocol {
    SSE("text/event-stream", ""),
    NDJSON("application/x-ndjson", ""),
    TEXT("text/plain", ""),
    WS("", ""),
    WS_RAW("", "?envelope=raw");

    private final String accept;
    private final String query;

    Protocol(String accept, String query) {
        this.accept = accept;
        this.query = query;
    }

    public boolean isWebSocket() {
        return accept.isEmpty();
    }

    /// The name on the command line and in reports.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The path of a channel on a hub; other servers have other paths.
    String hubPath() {
        return "/channels/{channel}" + query;
    }

    /// @param cursor the cursor after which to continue; null to start with the next event
    Request request(String path, @Nullable String cursor) {
        if (isWebSocket()) return Request.upgrade(path, Map.of());
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", accept);
        if (cursor != null) headers.put("Last-Event-ID", cursor);
        return Request.get(path, headers);
    }
}
