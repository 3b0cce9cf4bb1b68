package dev.sluice.server.publish;

import dev.sluice.core.event.TraceParent;
import dev.sluice.server.http.head.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The header `traceparent` of a request (W3C Trace Context §3.2).
final class TraceHeader {
    static final String NAME = "traceparent";

    private TraceHeader() {}

    /// The span in which the request was sent; null if the header is missing, not valid or there twice: that
    /// begins a new trace, and is no reason to refuse a publish (§4.3).
    static @Nullable TraceParent of(RequestHead request) {
        List<String> values = request.headers(NAME);
        return values.size() == 1 ? TraceParent.parse(values.getFirst()) : null;
    }
}
