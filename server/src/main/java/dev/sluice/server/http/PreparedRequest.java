package dev.sluice.server.http;

import org.jspecify.annotations.Nullable;

/// The head of a request and what follows from it alone. All requests with the same bytes as their head share it while
/// [HeadCache] keeps it. Immutable: what a request adds takes the [place][HeadCache#replace] of what was known before.
///
/// @param place   where the cache keeps it; -1 if it does not
/// @param changes by which [state][OriginSettings#changes] of the rules for hosts and origins the head was
///                accepted; -1 if it was not yet
/// @param route   the route that derived `value` from the head; null if none did yet
record PreparedRequest(
        RequestHead head,
        int place,
        int changes,
        @Nullable Route route,
        @Nullable Object value) {
    /// A head that is not kept.
    static PreparedRequest of(RequestHead head) {
        return new PreparedRequest(head, -1, -1, null, null);
    }

    PreparedRequest accepted(int now) {
        return new PreparedRequest(head, place, now, route, value);
    }

    PreparedRequest by(Route preparing, Object derived) {
        return new PreparedRequest(head, place, changes, preparing, derived);
    }

    /// Returns true if a request with this head may begin before the one before it is answered.
    boolean isPipelined() {
        return route != null && value != null && head.framing().isKeepAlive() && route.isPipelined(value);
    }
}
