package dev.sluice.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.util.Optional;

/// Tells by what browsers say of each request (W3C Fetch Metadata) whether a page of another site makes it. Images,
/// scripts and `fetch` without CORS carry no `Origin`: such a page can't read the answer, but a `GET` that joins or
/// opens a stream has its effect all the same.
///
/// Browsers send these headers to loopback and over TLS; programs send none, and come in.
final class FetchMetadata {
    private static final String SITE = "Sec-Fetch-Site";

    private FetchMetadata() {}

    /// Why a request is refused on the hub's paths, if it is. One with an `Origin` has been checked by then.
    static Optional<Problem> refusal(Request request) {
        boolean joins = request.parameters().has("join");
        if (joins && says(request, "Sec-Fetch-Mode", "navigate")) {
            return refused("An address that a browser opens joins no channel. Leave join= out.");
        }
        boolean isForeign = says(request, SITE, "cross-site") || says(request, SITE, "same-site");
        if (!isForeign || request.headers().contains(HttpHeaderNames.ORIGIN) || isLink(request))
            return Optional.empty();
        return refused("A page of another site asks for this, and its browser does not say which (no Origin)."
                + " Use fetch, EventSource or WebSocket, and start the hub with --origin and the page's origin.");
    }

    /// Whether somebody goes from another site's page to one of ours. What is shown in a frame is no such page.
    private static boolean isLink(Request request) {
        return request.method().equals(HttpMethod.GET)
                && says(request, "Sec-Fetch-Mode", "navigate")
                && says(request, "Sec-Fetch-Dest", "document");
    }

    private static boolean says(Request request, String header, String value) {
        return value.equals(request.headers().get(header));
    }

    private static Optional<Problem> refused(String detail) {
        return Optional.of(Problems.CROSS_SITE_REFUSED.of(SITE, detail));
    }
}
