package dev.sluice.server.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Tokens whose signatures have been verified, so that publishes and reconnects don't verify them again: an
/// RSA signature costs some 30 µs, a look in here 2 µs. Keeps their hashes only. May be used from any thread.
final class VerifiedTokens {
    /// The sum of their lengths; in memory, with what they permit, some ten times as much. 10,000 ordinary
    /// ones.
    static final long CHARACTERS_MAX = 4L << 20;

    private record Entry(Identity identity, int characters) {}

    private final InstantSource clock;
    private final Cache<ByteBuffer, Entry> entries;

    VerifiedTokens(InstantSource clock) {
        this.clock = clock;
        this.entries = Caffeine.newBuilder()
                .maximumWeight(CHARACTERS_MAX)
                .weigher((ByteBuffer _, Entry entry) -> entry.characters())
                .executor(Runnable::run)
                .build();
    }

    /// The caller of a token that has been verified and has not expired since.
    @Nullable
    Identity find(String token) {
        ByteBuffer hash = hash(token);
        Entry entry = entries.getIfPresent(hash);
        if (entry == null) return null;
        Instant expiry = entry.identity().credential().expiry();
        if (expiry == null || clock.instant().isBefore(expiry)) return entry.identity();
        entries.invalidate(hash);
        return null;
    }

    void put(String token, Identity identity) {
        entries.put(hash(token), new Entry(identity, token.length()));
    }

    private static ByteBuffer hash(String token) {
        return ByteBuffer.wrap(StaticKeys.sha256(token));
    }
}
