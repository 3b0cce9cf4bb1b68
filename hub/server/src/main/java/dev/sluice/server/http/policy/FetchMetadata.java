package dev.sluice.server.http.policy;

import dev.sluice.server.http.head.HeaderNames;
import dev.sluice.server.http.head.Method;
import dev.sluice.server.http.head.Problem;
import dev.sluice.server.http.head.Problems;
import dev.sluice.server.http.head.RequestHead;
import java.util.Optional;

/// Detects requests of pages of another site by the W3C Fetch Metadata headers. Images, scripts and `fetch`
/// without CORS carry no `Origin`: such a page can't read the answer, but a `GET` that joins presence or opens a
/// stream still has its effect.
///
/// Browsers send these headers to loopback addresses and over TLS; other programs send none and are admitted.
public final class FetchMetadata {
    private static final String SITE = "Sec-Fetch-Site";

    private FetchMetadata() {}

    /// Returns the reason to refuse a request to the hub's paths, if there is one. [OriginPolicy] has checked
    /// requests with an `Origin` before.
    static Optional<Problem> refusal(RequestHead request) {
        boolean joins = request.parameters().has("join");
        if (joins && hasHeader(request, "Sec-Fetch-Mode", "navigate")) {
            return refused("A page that a browser navigates to cannot join a channel. Leave join= out.");
        }
        boolean isCrossSite = hasHeader(request, SITE, "cross-site") || hasHeader(request, SITE, "same-site");
        if (!isCrossSite || request.hasHeader(HeaderNames.ORIGIN) || isNavigation(request)) return Optional.empty();
        return refused("A page of another site sent this request, and its browser does not name the site (no Origin)."
                + " Use fetch, EventSource or WebSocket, and start the hub with --origin and the page's origin.");
    }

    /// Returns true for a top-level navigation, from a page of any site or none, which excludes frames.
    public static boolean isNavigation(RequestHead request) {
        return request.method().equals(Method.GET)
                && hasHeader(request, "Sec-Fetch-Mode", "navigate")
                && hasHeader(request, "Sec-Fetch-Dest", "document");
    }

    /// Returns true if a page of the server's own origin made the request, according to its browser.
    public static boolean isSameOrigin(RequestHead request) {
        return hasHeader(request, SITE, "same-origin");
    }

    /// The site of the page that made the request, as its browser reports it; "" if it does not.
    static String site(RequestHead request) {
        return request.header(SITE).orElse("");
    }

    /// Returns true if a browser sent the request and reports the site of the page.
    static boolean isPresent(RequestHead request) {
        return request.hasHeader(SITE);
    }

    private static boolean hasHeader(RequestHead request, String header, String value) {
        return value.equals(request.firstHeader(header));
    }

    private static Optional<Problem> refused(String detail) {
        return Optional.of(Problems.CROSS_SITE_REFUSED.of(SITE, detail));
    }
}
