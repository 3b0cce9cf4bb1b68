package dev.sluice.core.delivery.channel;

import dev.sluice.core.access.Grant;
import dev.sluice.core.log.Registration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// The publishers that keep publishing with a grant and are notified when it is revoked. May be used from any thread.
public final class GrantWatches {
    /// Compared by identity: two publishers may have equal grants.
    private static final class Watch implements Registration {
        private final Set<Watch> all;
        private final Grant grant;
        private final Runnable onRevoked;

        Watch(Set<Watch> all, Grant grant, Runnable onRevoked) {
            this.all = all;
            this.grant = grant;
            this.onRevoked = onRevoked;
        }

        @Override
        public void close() {
            all.remove(this);
        }
    }

    private final Set<Watch> all = ConcurrentHashMap.newKeySet();

    public GrantWatches() {}

    public Registration watch(Grant grant, Runnable onRevoked) {
        var watch = new Watch(all, grant, onRevoked);
        all.add(watch);
        return watch;
    }

    /// @return the number of publishers notified
    public int revoke(Predicate<Grant> isRevoked) {
        int count = 0;
        for (Watch watch : List.copyOf(all)) {
            if (!isRevoked.test(watch.grant) || !all.remove(watch)) continue;
            watch.onRevoked.run();
            count++;
        }
        return count;
    }
}
