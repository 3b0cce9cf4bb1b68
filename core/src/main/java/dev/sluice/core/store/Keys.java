package dev.sluice.core.store;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.Conditions.Idempotency;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Which publishes succeeded not long ago, by their idempotency keys. For the writer. About 300 bytes a
/// key.
public final class Keys {
    private final Limits limits;

    /// In the order of success, so that the first is the oldest.
    private final LinkedHashMap<Key, Success> successes = new LinkedHashMap<>();

    Keys(Limits limits) {
        this.limits = limits;
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
        successes.remove(key); // So that it stands last.
        successes.put(key, success);
        if (successes.size() > limits.keysMax()) successes.pollFirstEntry();
    }

    /// Lets go of keys that no longer count, at most so many.
    void expire(long nowMs, int max) {
        for (int i = 0; i < max && !successes.isEmpty(); i++) {
            if (!isOver(successes.firstEntry().getValue(), nowMs)) return;
            successes.pollFirstEntry();
        }
    }

    private boolean isOver(Success success, long nowMs) {
        return nowMs - success.timeMs() >= limits.keyAge().toMillis();
    }
}
