package dev.sluice.core.store;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Conditions.Idempotency;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Which publishes succeeded not long ago, by their idempotency keys. For the writer. A key that finds no room
/// takes the oldest ones' place.
public final class Keys {
    /// What a key takes, besides its characters: its place in the map (60 bytes), the key, the success, two
    /// strings and the cursor (140), and the fingerprint's characters (50).
    private static final int OVERHEAD_BYTES = 250;

    private final Limits limits;
    private final long bytesMax;
    private long bytes;
    private long crowdedOut;

    /// In the order of success, so that the first is the oldest.
    private final LinkedHashMap<Key, Success> successes = new LinkedHashMap<>();

    Keys(Limits limits) {
        this.limits = limits;
        bytesMax = (long) limits.keysMax() * Budget.KEYS.itemBytes();
    }

    /// A publisher's name for one publish to one channel.
    public record Key(String publisher, ChannelName channel, String key) {
        static Key of(ChannelName channel, Idempotency idempotency) {
            return new Key(idempotency.publisher(), channel, idempotency.key());
        }
    }

    public record Success(String fingerprint, Cursor id, long timeMs) {}

    /// What the key was used for; null if for nothing that still counts. A deletion takes a channel's keys
    /// along: a repeat must not be told that an event is there that is not.
    @Nullable
    Success find(Key key, long deletedAt, long nowMs) {
        Success success = successes.get(key);
        if (success == null || isOver(success, nowMs) || success.id().position() < deletedAt) return null;
        return success;
    }

    /// The place of the oldest that is remembered; [Long#MAX_VALUE]: none is.
    public long oldest() {
        return successes.isEmpty()
                ? Long.MAX_VALUE
                : successes.firstEntry().getValue().id().position();
    }

    public void remember(Key key, Success success) {
        if (successes.remove(key) != null) bytes -= bytes(key); // So that it stands last.
        successes.put(key, success);
        bytes += bytes(key);
        while (successes.size() > limits.keysMax() || (bytes > bytesMax && successes.size() > 1)) {
            removeFirst();
            crowdedOut++;
        }
    }

    /// How many keys have had to go before their time, to make room for others.
    public long crowdedOut() {
        return crowdedOut;
    }

    /// The channel's name counts too: each request has read its own.
    private static int bytes(Key key) {
        return OVERHEAD_BYTES
                + key.publisher().length()
                + key.channel().value().length()
                + key.key().length();
    }

    private void removeFirst() {
        bytes -= bytes(successes.pollFirstEntry().getKey());
    }

    /// Lets go of keys that no longer count, at most so many.
    void expire(long nowMs, int max) {
        for (int i = 0; i < max && !successes.isEmpty(); i++) {
            if (!isOver(successes.firstEntry().getValue(), nowMs)) return;
            removeFirst();
        }
    }

    /// Whether a success no longer counts.
    public boolean isOver(Success success, long nowMs) {
        return nowMs - success.timeMs() >= limits.keyAge().toMillis();
    }
}
