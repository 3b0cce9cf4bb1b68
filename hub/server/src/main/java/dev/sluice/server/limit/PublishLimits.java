package dev.sluice.server.limit;

import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Grant;
import dev.sluice.server.http.head.ProblemException;
import dev.sluice.server.net.address.TrustedProxies;
import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Limits the events and bytes that each caller publishes, by its name if it has proved one, otherwise by its
/// address. Callers with a static key are not limited: they are the operator's backends. May be used from any
/// thread.
public final class PublishLimits {
    /// For tests and for hubs without limits.
    public static final PublishLimits NONE =
            new PublishLimits(LimitSettings.DEFAULTS, TrustedProxies.NONE, System::nanoTime);

    private final TrustedProxies proxies;
    private final LongSupplier nowNs;
    private volatile Limits limits;
    private final Allowance unlimited;

    private record PublishBuckets(TokenBucket events, TokenBucket bytes) implements ClientTable.Buckets {
        @Override
        public boolean isFull(long nowNs) {
            return events.isFull(nowNs) && bytes.isFull(nowNs);
        }
    }

    /// @param nowNs a monotonic clock
    public PublishLimits(LimitSettings settings, TrustedProxies proxies, LongSupplier nowNs) {
        this.proxies = proxies;
        this.nowNs = nowNs;
        this.limits = limits(settings);
        this.unlimited = new Allowance(limits, new ClientKey.Name(""), Optional.empty());
    }

    private record Limits(
            LimitSettings settings,
            ClientTable<PublishBuckets> clients,
            RateRejection eventRefusal,
            RateRejection byteRefusal) {
        boolean isSet() {
            return settings.publishes().isSet() || settings.publishBytes().isSet();
        }
    }

    private record Refusal(RateRejection by, long waitNs) {}

    private Limits limits(LimitSettings settings) {
        return new Limits(
                settings,
                new ClientTable<>(settings.clientsMax(), now -> buckets(settings, now), nowNs),
                new RateRejection(settings.publishes()),
                new RateRejection(settings.publishBytes()));
    }

    private static PublishBuckets buckets(LimitSettings settings, long now) {
        return new PublishBuckets(
                new TokenBucket(settings.publishes(), now), new TokenBucket(settings.publishBytes(), now));
    }

    /// Applies other limits from now on. Open uploads keep theirs until they end.
    public void replace(LimitSettings settings) {
        limits = limits(settings);
    }

    /// The allowance of a caller.
    public Allowance of(Grant grant) {
        Limits now = limits;
        boolean isOperators = grant.credential().filter(Credential::isStatic).isPresent();
        // Without limits no key is needed, and parsing an address takes a fifth of a publish in memory.
        return isOperators || !now.isSet() ? unlimited : of(ClientKey.of(grant.principal(), proxies), now);
    }

    /// The allowance of a caller that a program has identified.
    ///
    /// @param name    empty for a caller without a name, which is limited by its address
    /// @param address null if it is unknown
    public Allowance ofProgram(String name, @Nullable InetAddress address) {
        Limits now = limits;
        if (!now.isSet()) return unlimited;
        return of(
                name.isEmpty()
                        ? Optional.ofNullable(address)
                                .filter(each -> !proxies.contains(each))
                                .map(ClientKey::of)
                        : Optional.of(new ClientKey.OfProgram(name)),
                now);
    }

    private Allowance of(Optional<ClientKey> caller, Limits now) {
        return caller.map(client -> new Allowance(now, client, Optional.of(now.clients.of(client))))
                .orElse(unlimited);
    }

    /// The events and bytes that one caller may publish.
    public final class Allowance {
        private final Limits by;
        private final ClientKey client;
        private final Optional<PublishBuckets> buckets;

        private Allowance(Limits by, ClientKey client, Optional<PublishBuckets> buckets) {
            this.by = by;
            this.client = client;
            this.buckets = buckets;
        }

        /// Takes an amount before it is read.
        ///
        /// @param bytes 0 if the amount is unknown; it is [charged][#charge] later then
        /// @throws ProblemException `429` if the caller must wait
        public void take(long events, long bytes) {
            Refusal refusal = refusal(events, bytes);
            if (refusal != null) throw new ProblemException(refusal.by.of(client, refusal.waitNs));
        }

        /// Takes an amount as [#take] does, for callers that word the refusal themselves.
        ///
        /// @return 0 if it was taken, otherwise the seconds that the caller must wait
        public long takeOrWait(long events, long bytes) {
            Refusal refusal = refusal(events, bytes);
            if (refusal == null) return 0;
            refusal.by.logOnce(client);
            return RateRejection.seconds(refusal.waitNs);
        }

        /// @return null if the amount was taken
        private @Nullable Refusal refusal(long events, long bytes) {
            if (buckets.isEmpty()) return null;
            TokenBucket eventBucket = buckets.get().events();
            TokenBucket byteBucket = buckets.get().bytes();
            long now = nowNs.getAsLong();
            long waitNs = eventBucket.take(events, now);
            if (waitNs > 0) return new Refusal(by.eventRefusal, waitNs);
            waitNs = byteBucket.take(bytes, now);
            if (waitNs == 0) return null;
            eventBucket.giveBack(events);
            return new Refusal(by.byteRefusal, waitNs);
        }

        /// Takes an amount that has already arrived.
        ///
        /// @return the milliseconds for which reading should pause; 0 to continue
        public long charge(long events, long bytes) {
            if (buckets.isEmpty()) return 0;
            long now = nowNs.getAsLong();
            long waitNs = Math.max(
                    buckets.get().events().charge(events, now),
                    buckets.get().bytes().charge(bytes, now));
            return TimeUnit.NANOSECONDS.toMillis(waitNs + TimeUnit.MILLISECONDS.toNanos(1) - 1);
        }
    }
}
