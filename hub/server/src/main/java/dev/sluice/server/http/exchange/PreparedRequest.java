package dev.sluice.server.http.exchange;

import dev.sluice.server.http.Route;
import dev.sluice.server.http.head.RequestHead;
import org.jspecify.annotations.Nullable;

/// The head of a request and the values derived from it alone. All requests with the same bytes as their head
/// share it while [dev.sluice.server.http.h1.HeadCache] keeps it. Immutable: a copy with a further value
/// [replaces][dev.sluice.server.http.h1.HeadCache#replace] the cached one.
///
/// @param place   the index of its slot in the cache; -1 if it is not cached
/// @param changes the [state][dev.sluice.server.http.policy.OriginSettings#changes] of the rules for hosts and
///                origins by which the head was accepted; -1 if it has not been accepted yet
/// @param route   the route that derived `value` from the head; null if no route has
public record PreparedRequest(
        RequestHead head,
        int place,
        int changes,
        @Nullable Route route,
        @Nullable Object value) {
    /// A head that is not cached.
    public static PreparedRequest of(RequestHead head) {
        return new PreparedRequest(head, -1, -1, null, null);
    }

    public PreparedRequest accepted(int now) {
        return new PreparedRequest(head, place, now, route, value);
    }

    PreparedRequest by(Route preparing, Object derived) {
        return new PreparedRequest(head, place, changes, preparing, derived);
    }

    /// Returns true if a request with this head may begin before the previous request is answered.
    public boolean isPipelined() {
        return route != null && value != null && head.framing().isKeepAlive() && route.isPipelined(value);
    }
}
