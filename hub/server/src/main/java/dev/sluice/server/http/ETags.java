package dev.sluice.server.http;

import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.RequestHead;

/// The `If-None-Match` condition of a `GET` (RFC 9110 §13.1.2).
public final class ETags {
    private ETags() {}

    /// Returns true if the client has this version already, by weak comparison: a cache may have weakened the tag.
    ///
    /// @param etag strong, with its quotation marks
    public static boolean isKnown(RequestHead request, String etag) {
        for (String header : request.headers(HeaderNames.IF_NONE_MATCH)) {
            for (String each : header.split(",", -1)) {
                String tag = each.strip();
                if (tag.equals(etag) || tag.equals("W/" + etag) || tag.equals("*")) return true;
            }
        }
        return false;
    }
}
