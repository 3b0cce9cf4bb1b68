package dev.sluice.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;

/// Conditions of a `GET` (RFC 9110 §13.1.2).
public final class ETags {
    private ETags() {}

    /// Whether the client has this already, by a weak comparison.
    ///
    /// @param etag strong, with its quotation marks
    public static boolean isKnown(Request request, String etag) {
        for (String header : request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH)) {
            for (String each : header.split(",", -1)) {
                if (each.strip().equals(etag) || each.strip().equals("W/" + etag)) return true;
            }
        }
        return false;
    }
}
