package dev.sluice.server.limit;

import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The buckets of many clients, in bounded memory. A client whose buckets are full need not be remembered and
/// makes room for others. While the table is full, further clients share one set of buckets: an attacker with
/// more addresses than the table holds is then limited as one client, together with newcomers, and clients in
/// the table are not affected. May be used from any thread.
final class ClientTable<B extends ClientTable.Buckets> {
    /// All buckets of one client.
    interface Buckets {
        /// Returns true if all buckets are full.
        boolean isFull(long nowNs);
    }

    /// The number of clients that are examined for each new one: more than one, so that the table empties faster
    /// than it fills.
    private static final int SWEPT = 8;

    private final int max;
    private final LongFunction<B> factory;
    private final LongSupplier nowNs;
    private final B overflow;
    private final ConcurrentHashMap<ClientKey, B> buckets = new ConcurrentHashMap<>();

    /// Only acquired with `tryLock`: if it is taken, another thread does the work.
    private final ReentrantLock sweeping = new ReentrantLock();

    private Iterator<Map.Entry<ClientKey, B>> hand = Collections.emptyIterator(); // Guarded by the lock.

    /// @param factory creates the buckets of a client, which are full at the given time
    ClientTable(int max, LongFunction<B> factory, LongSupplier nowNs) {
        this.max = max;
        this.factory = factory;
        this.nowNs = nowNs;
        this.overflow = factory.apply(nowNs.getAsLong());
    }

    B of(ClientKey client) {
        B known = buckets.get(client);
        if (known != null) return known;
        // Below half, most slots of the map are empty, and the search for the next client would cost more than
        // it saves.
        if (buckets.mappingCount() >= max / 2) sweep();
        if (buckets.mappingCount() >= max) return overflow;
        return buckets.computeIfAbsent(client, _ -> factory.apply(nowNs.getAsLong()));
    }

    /// The buckets of a client in the table; null for others, which need not share any.
    @Nullable
    B known(ClientKey client) {
        return buckets.get(client);
    }

    long size() {
        return buckets.mappingCount();
    }

    private void sweep() {
        if (!sweeping.tryLock()) return;
        try {
            long now = nowNs.getAsLong();
            for (int i = 0; i < SWEPT; i++) {
                if (!hand.hasNext()) hand = buckets.entrySet().iterator();
                if (!hand.hasNext()) return;
                Map.Entry<ClientKey, B> next = hand.next();
                if (next.getValue().isFull(now)) buckets.remove(next.getKey(), next.getValue());
            }
        } finally {
            sweeping.unlock();
        }
    }
}
