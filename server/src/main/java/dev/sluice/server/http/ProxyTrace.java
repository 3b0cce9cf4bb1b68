package dev.sluice.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a proxy leaves in a request that it passes on. One that speaks HTTP/1.1 and adds no header leaves nothing.
final class ProxyTrace {
    private static final String X_FORWARDED = "X-Forwarded-";

    private ProxyTrace() {}

    /// The trace, as it goes on behind "it has"; null: there is none.
    static @Nullable String of(Request request) {
        HttpHeaders headers = request.headers();
        Iterator<Map.Entry<CharSequence, CharSequence>> each = headers.iteratorCharSequence();
        while (each.hasNext()) {
            String name = each.next().getKey().toString();
            if (isOfProxy(name)) return "the header " + Problems.bare(name);
        }
        // What nginx makes of a request unless told otherwise (proxy_http_version 1.0).
        boolean isBare = request.isHttp10()
                && request.host() != null
                && headers.containsValue(HttpHeaderNames.CONNECTION, "close", true);
        return isBare ? "HTTP/1.0 with Host and Connection: close" : null;
    }

    private static boolean isOfProxy(String name) {
        return name.equalsIgnoreCase("Forwarded")
                || name.equalsIgnoreCase("Via")
                || name.equalsIgnoreCase("X-Real-IP")
                || name.regionMatches(true, 0, X_FORWARDED, 0, X_FORWARDED.length());
    }
}
