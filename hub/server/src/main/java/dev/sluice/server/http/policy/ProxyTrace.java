package dev.sluice.server.http.policy;

import dev.sluice.server.http.head.HeaderList;
import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import org.jspecify.annotations.Nullable;

/// Detects requests forwarded by a proxy. A proxy that uses HTTP/1.1 and adds no header leaves no trace.
public final class ProxyTrace {
    private static final String X_FORWARDED = "X-Forwarded-";

    private ProxyTrace() {}

    /// Returns the trace, as a phrase that follows "it has"; null without a trace.
    public static @Nullable String of(RequestHead request) {
        HeaderList headers = request.headers();
        for (int i = 0; i < headers.size(); i++) {
            String name = headers.name(i).toString();
            if (isOfProxy(name)) return "the header " + Problems.bare(name);
        }
        // The form of nginx's requests by default (proxy_http_version 1.0).
        boolean isBare = request.isHttp10()
                && request.host() != null
                && headers.containsValue(HeaderNames.CONNECTION, "close", true);
        return isBare ? "HTTP/1.0 with Host and Connection: close" : null;
    }

    private static boolean isOfProxy(String name) {
        return name.equalsIgnoreCase("Forwarded")
                || name.equalsIgnoreCase("Via")
                || name.equalsIgnoreCase("X-Real-IP")
                || name.regionMatches(true, 0, X_FORWARDED, 0, X_FORWARDED.length());
    }
}
