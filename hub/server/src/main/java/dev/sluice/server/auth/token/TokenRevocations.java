package dev.sluice.server.auth.token;

import dev.sluice.core.access.Credential;
import dev.sluice.core.access.Grant;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.server.auth.token.TokenRevocation.Claim;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The revocations in force, in the order of the log. Each stays until the last token that it may affect has
/// expired, that is, for the longest lifetime that any key permits. May be used from any thread. A request with
/// a token costs at most three map lookups.
public final class TokenRevocations {
    /// The default maximum. Each revocation takes some 500 bytes of heap.
    public static final int COUNT_MAX = 10_000;

    /// @param id    the id of its record
    /// @param ended the number of streams, polls and publishers that it ended, once their end is decided
    public record InForce(Cursor id, TokenRevocation revocation, CompletableFuture<Integer> ended) {
        public InForce(Cursor id, TokenRevocation revocation) {
            this(id, revocation, new CompletableFuture<>());
        }
    }

    private record Target(Claim claim, String value) {}

    private volatile Duration lifetimeMax;
    private volatile int max;
    private final InstantSource clock;
    private final ConcurrentSkipListMap<Cursor, InForce> inOrder = new ConcurrentSkipListMap<>();
    private final Map<Target, InForce> newest = new ConcurrentHashMap<>();

    /// The number of revocations in force, and of those not yet in the log.
    private final AtomicInteger count = new AtomicInteger();

    /// @param lifetimeMax the maximum lifetime of a token
    /// @param max         the maximum number of revocations in force
    public TokenRevocations(Duration lifetimeMax, int max, InstantSource clock) {
        this.lifetimeMax = lifetimeMax;
        this.max = max;
        this.clock = clock;
    }

    /// Adapts the limit to another configuration.
    public void limit(int count) {
        max = count;
    }

    /// Adapts the lifetime to other keys. It never becomes shorter while the hub runs, so that a token stays
    /// revoked if its key is changed twice.
    ///
    /// @param restore called if it becomes longer, because the log may have revocations that were dropped here;
    ///                if it fails, the lifetime stays, so that the next call restores them
    public void extend(Duration lifetime, Runnable restore) {
        Duration before = lifetimeMax;
        if (lifetime.compareTo(before) <= 0) return;
        lifetimeMax = lifetime;
        try {
            restore.run();
        } catch (RuntimeException | Error failed) {
            lifetimeMax = before;
            throw failed;
        }
    }

    public int max() {
        return max;
    }

    public Instant now() {
        return clock.instant();
    }

    /// Returns true if the token of this caller is revoked.
    public boolean isRevoked(String subject, Credential credential) {
        return !newest.isEmpty() && find(subject, credential) != null;
    }

    /// Returns true if the token of this grant is revoked.
    public boolean isRevoked(Grant grant) {
        return grant.credential()
                .map(credential -> isRevoked(grant.principal().name(), credential))
                .orElse(false);
    }

    /// The revocation that affects the token of this caller; null if the token is not revoked.
    @Nullable
    public TokenRevocation find(String subject, Credential credential) {
        TokenRevocation found = find(Claim.SUB, subject, subject, credential);
        if (found == null) found = find(Claim.KID, credential.keyId(), subject, credential);
        if (found == null) found = find(Claim.JTI, credential.tokenId(), subject, credential);
        return found;
    }

    private @Nullable TokenRevocation find(Claim claim, String value, String subject, Credential credential) {
        InForce known = newest.get(new Target(claim, value));
        return known != null && known.revocation.concerns(subject, credential) ? known.revocation : null;
    }

    /// The revocation of this one token that is already in force; null if it is not revoked.
    @Nullable
    public InForce sameToken(TokenRevocation revocation) {
        return revocation.claim() == Claim.JTI ? newest.get(target(revocation)) : null;
    }

    private static Target target(TokenRevocation revocation) {
        return new Target(revocation.claim(), revocation.value());
    }

    /// Reserves a place for another revocation, until [#putReserved] or [#release].
    ///
    /// @return false if the maximum is reached
    public boolean reserve() {
        expire();
        if (count.incrementAndGet() <= max) return true;
        count.decrementAndGet();
        return false;
    }

    public void release() {
        count.decrementAndGet();
    }

    /// Puts a revocation with a reserved place into effect.
    ///
    /// @return the revocation of the same record if it is already in effect, and so counted; otherwise null
    @Nullable
    public InForce putReserved(InForce added) {
        InForce before = put(added);
        if (before != null) release();
        return before;
    }

    /// Puts a revocation from the log into effect, unless it no longer affects any token. The number of these is
    /// not limited: the limit may have been lowered, and several nodes may have taken the last place at the same
    /// time.
    ///
    /// @return true if it took effect by this call
    public boolean putFound(InForce found) {
        if (isOver(found.revocation) || put(found) != null) return false;
        count.incrementAndGet();
        return true;
    }

    private @Nullable InForce put(InForce added) {
        InForce before = inOrder.putIfAbsent(added.id, added);
        if (before == null) newest.merge(target(added.revocation), added, TokenRevocations::later);
        return before;
    }

    /// The revocation that affects more tokens: compared by time, because the clocks of two nodes may differ, or
    /// a clock may go back.
    private static InForce later(InForce known, InForce other) {
        int order = known.revocation.at().compareTo(other.revocation.at());
        if (order == 0) return known.id.isBefore(other.id) ? other : known;
        return order < 0 ? other : known;
    }

    /// The time from which no token that the revocation affects can be valid. An issuer's clock may be ahead of
    /// the hub's.
    public Instant until(TokenRevocation revocation) {
        return revocation.at().plus(lifetimeMax).plus(TokenVerifier.LEEWAY);
    }

    /// Returns true if no token that the revocation affects can be valid any more.
    public boolean isOver(TokenRevocation revocation) {
        return !clock.instant().isBefore(until(revocation));
    }

    /// Drops revocations that no longer affect any token.
    void expire() {
        for (InForce each : inOrder.values()) {
            if (!isOver(each.revocation)) return;
            if (!inOrder.remove(each.id, each)) continue; // Another thread removed it.
            newest.computeIfPresent(target(each.revocation), (_, known) -> known.id.equals(each.id) ? null : known);
            count.decrementAndGet();
        }
    }

    /// The revocations in force, in the order of the log.
    ///
    /// @param after lists only revocations whose records follow this one; null for all
    public List<InForce> list(@Nullable Cursor after, int limit) {
        expire();
        List<InForce> page = new ArrayList<>();
        var rest = after == null ? inOrder : inOrder.tailMap(after, false);
        for (InForce each : rest.values()) {
            if (page.size() == limit) break;
            page.add(each);
        }
        return page;
    }
}
