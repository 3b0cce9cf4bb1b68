package dev.sluice.core.delivery;

import dev.sluice.core.delivery.stream.SubscriptionSpec;
import java.util.LinkedHashMap;
import java.util.Map;

/// Keeps one instance of each subscription on an event loop: a thousand subscribers with equal subscriptions
/// share the object, so that comparing them is a comparison of addresses.
final class SubscriptionInterner {
    /// Beyond this size the oldest is dropped; a later subscriber then holds a separate instance.
    private static final int SIZE_MAX = 256;

    private final Map<SubscriptionSpec, SubscriptionSpec> interned = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<SubscriptionSpec, SubscriptionSpec> eldest) {
            return size() > SIZE_MAX;
        }
    };

    /// The shared instance, with the start position removed.
    SubscriptionSpec intern(SubscriptionSpec subscription) {
        SubscriptionSpec key = subscription.from(SubscriptionSpec.NOW);
        SubscriptionSpec known = interned.putIfAbsent(key, key);
        return known == null ? key : known;
    }
}
