package dev.sluice.core.sequencer;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.index.KeyedPublish;
import dev.sluice.core.log.Conditions.Idempotency;
import dev.sluice.core.log.LogLimits;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Remembers recent successful publishes by their idempotency keys. A new key evicts the oldest ones if there are
/// too many. For the writer.
public final class IdempotencyKeys {
    /// Memory for a key without its characters, measured with 300,000 keys of different callers and channels: map
    /// entry, key, name of the channel, success, cursor, their strings, and the characters of the fingerprint.
    private static final int OVERHEAD_BYTES = 325;

    /// Likewise for the entry by which an anonymous publisher at another address finds its publish again, which
    /// shares the strings.
    private static final int CONTENT_BYTES = 63;

    /// Identifies a publish by its content, regardless of its sender.
    private record Repeat(ChannelName channel, String key, String fingerprint) {}

    private final LogLimits limits;
    private final long bytesMax;
    private long bytes;
    private long evictedEarly;

    /// In the order of the successes, oldest first.
    private final LinkedHashMap<KeyedPublish.Key, KeyedPublish.Success> successes = new LinkedHashMap<>();

    /// The successes of anonymous publishers, wherever they came from.
    private final Map<Repeat, KeyedPublish.Success> anonymous = new HashMap<>();

    IdempotencyKeys(LogLimits limits) {
        this.limits = limits;
        bytesMax = (long) limits.keysMax() * Budget.KEYS.itemBytes();
    }

    static KeyedPublish.Key key(ChannelName channel, Idempotency idempotency) {
        return new KeyedPublish.Key(idempotency.publisher(), channel, idempotency.key());
    }

    /// The success of a key, or of the same publish by an anonymous publisher at another address; null if it is
    /// unknown or has expired. It outlives its event: a late repeat, from a node that was cut off, must not
    /// restore a deleted event.
    KeyedPublish.@Nullable Success find(KeyedPublish.Key key, String fingerprint, long nowMs) {
        KeyedPublish.Success found = valid(successes.get(key), nowMs);
        if (found != null || !key.isOfAddress()) return found;
        return valid(anonymous.get(new Repeat(key.channel(), key.key(), fingerprint)), nowMs);
    }

    private KeyedPublish.@Nullable Success valid(KeyedPublish.@Nullable Success success, long nowMs) {
        return success == null || isExpired(success, nowMs) ? null : success;
    }

    /// The position of the oldest success remembered; [Long#MAX_VALUE] if no success is remembered.
    public long oldestPosition() {
        return successes.isEmpty()
                ? Long.MAX_VALUE
                : successes.firstEntry().getValue().id().position();
    }

    public void remember(KeyedPublish.Key key, KeyedPublish.Success success) {
        KeyedPublish.Success former = successes.remove(key); // So that it becomes the newest.
        if (former != null) removed(key, former);
        successes.put(key, success);
        bytes += bytes(key);
        if (key.isAnonymous()) anonymous.put(repeat(key, success), success);
        while (successes.size() > limits.keysMax() || (bytes > bytesMax && successes.size() > 1)) {
            removeFirst();
            evictedEarly++;
        }
    }

    /// The number of keys remembered.
    int count() {
        return successes.size();
    }

    /// The number of keys evicted before they expired, to make room for others.
    public long evictedEarly() {
        return evictedEarly;
    }

    /// The channel's name counts too, because each request has its own copy of it.
    private static int bytes(KeyedPublish.Key key) {
        return OVERHEAD_BYTES
                + key.publisher().length()
                + key.channel().value().length()
                + key.key().length()
                + (key.isAnonymous() ? CONTENT_BYTES : 0);
    }

    private void removeFirst() {
        var first = successes.pollFirstEntry();
        removed(first.getKey(), first.getValue());
    }

    private void removed(KeyedPublish.Key key, KeyedPublish.Success success) {
        bytes -= bytes(key);
        if (key.isAnonymous()) anonymous.remove(repeat(key, success), success); // Unless it was published again since.
    }

    private static Repeat repeat(KeyedPublish.Key key, KeyedPublish.Success success) {
        return new Repeat(key.channel(), key.key(), success.fingerprint());
    }

    /// Removes at most `max` expired keys.
    void expire(long nowMs, int max) {
        for (int i = 0; i < max && !successes.isEmpty(); i++) {
            if (!isExpired(successes.firstEntry().getValue(), nowMs)) return;
            removeFirst();
        }
    }

    /// Whether a success is too old to count.
    public boolean isExpired(KeyedPublish.Success success, long nowMs) {
        return nowMs - success.timeMs() >= limits.keyAge().toMillis();
    }
}
