package dev.sluice.server.http.exchange;

import dev.sluice.server.http.Route;
import dev.sluice.server.http.head.RequestHead;
import org.jspecify.annotations.Nullable;

/// The head of a request and what follows from it alone. All requests with the same bytes as their head share it while
/// [dev.sluice.server.http.h1.HeadCache] keeps it. Immutable: what a request adds takes the
/// [place][dev.sluice.server.http.h1.HeadCache#replace] of what was known before.
///
/// @param place   where the cache keeps it; -1 if it does not
/// @param changes by which [state][dev.sluice.server.http.policy.OriginSettings#changes] of the rules for
///                hosts and origins the head was accepted; -1 if it was not yet
/// @param route   the route that derived `value` from the head; null if none did yet
public record PreparedRequest(
        RequestHead head,
        int place,
        int changes,
        @Nullable Route route,
        @Nullable Object value) {
    /// A head that is not kept.
    public static PreparedRequest of(RequestHead head) {
        return new PreparedRequest(head, -1, -1, null, null);
    }

    public PreparedRequest accepted(int now) {
        return new PreparedRequest(head, place, now, route, value);
    }

    PreparedRequest by(Route preparing, Object derived) {
        return new PreparedRequest(head, place, changes, preparing, derived);
    }

    /// Returns true if a request with this head may begin before the one before it is answered.
    public boolean isPipelined() {
        return route != null && value != null && head.framing().isKeepAlive() && route.isPipelined(value);
    }
}
