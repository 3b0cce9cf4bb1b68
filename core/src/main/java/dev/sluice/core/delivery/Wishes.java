package dev.sluice.core.delivery;

import java.util.LinkedHashMap;
import java.util.Map;

/// What readers of one event loop asked for, each kept once: a thousand readers of a channel hold the same object, and
/// are known to want the same by looking at its address.
final class Wishes {
    /// Beyond this the oldest is forgotten, and a reader that comes later holds its own.
    private static final int KEPT_MAX = 256;

    private final Map<Subscription, Subscription> kept = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Subscription, Subscription> eldest) {
            return size() > KEPT_MAX;
        }
    };

    /// The same wish, but for where it begins.
    Subscription of(Subscription asked) {
        Subscription wish = asked.from(Subscription.NOW);
        Subscription known = kept.putIfAbsent(wish, wish);
        return known == null ? wish : known;
    }
}
