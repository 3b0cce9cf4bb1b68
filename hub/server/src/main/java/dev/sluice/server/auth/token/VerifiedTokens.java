package dev.sluice.server.auth.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sluice.core.budget.Budget;
import dev.sluice.server.auth.identity.Identity;
import dev.sluice.server.auth.identity.StaticKeys;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Tokens whose signatures have been verified, so that publishes and reconnects don't verify them again: an RSA
/// signature costs some 30 µs, a lookup here 2 µs. Keeps only their hashes. May be used from any thread.
public final class VerifiedTokens {
    /// The heap that each token takes in addition to its claims.
    private static final int OVERHEAD_BYTES = 1_024;

    /// The heap per character: names become patterns, and grants create more of them.
    private static final int CHARACTER_BYTES = 10;

    private record Entry(Identity identity, int characters) {}

    private final InstantSource clock;
    private final Cache<ByteBuffer, Entry> entries;

    /// @param max the maximum number of tokens of ordinary length ([Budget#TOKENS])
    public VerifiedTokens(int max, InstantSource clock) {
        this.clock = clock;
        this.entries = Caffeine.newBuilder()
                .maximumWeight((long) max * Budget.TOKENS.itemBytes())
                .weigher((ByteBuffer _, Entry entry) -> OVERHEAD_BYTES + CHARACTER_BYTES * entry.characters())
                .executor(Runnable::run)
                .build();
    }

    /// The caller of a token that was verified and has not expired; null for other tokens.
    @Nullable
    public Identity find(String token) {
        ByteBuffer hash = hash(token);
        Entry entry = entries.getIfPresent(hash);
        if (entry == null) return null;
        Instant expiry = entry.identity().credential().expiry();
        if (expiry == null || clock.instant().isBefore(expiry)) return entry.identity();
        entries.invalidate(hash);
        return null;
    }

    public void put(String token, Identity identity) {
        entries.put(hash(token), new Entry(identity, token.length()));
    }

    private static ByteBuffer hash(String token) {
        return ByteBuffer.wrap(StaticKeys.sha256(token));
    }
}
