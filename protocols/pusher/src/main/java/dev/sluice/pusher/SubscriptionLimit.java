package dev.sluice.pusher;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Limits the memory of the subscriptions of all sockets of a node together, with the texts of the members
/// in their lists, of whichever node. Equal texts are one object: a hundred copies of the texts of a
/// hundred members would take more than 10 MiB. May be used from any thread.
final class SubscriptionLimit {
    /// Of the objects of a text and its entry, beside its characters.
    private static final int TEXT_BYTES = 112;

    private record Text(String text, int holders) {}

    private final LongSupplier max;
    private final AtomicLong bytes = new AtomicLong();
    private final Map<String, Text> texts = new ConcurrentHashMap<>();

    /// @param max the number of subscriptions without texts; known after the hub's start
    SubscriptionLimit(LongSupplier max) {
        this.max = max;
    }

    /// @throws RefusedException if there would be more than there may be
    void take(int count) {
        add(count);
        try {
            requireRoom();
        } catch (RefusedException full) {
            giveBack(count);
            throw full;
        }
    }

    void giveBack(int count) {
        add(-count);
    }

    private void add(int count) {
        bytes.addAndGet((long) count * PusherSettings.SUBSCRIPTION_BYTES);
    }

    /// Returns an equal text, which counts once until all that hold it have released it. Accepts it even if
    /// there is no room: call [#requireRoom] afterwards.
    String hold(String text) {
        Text held = texts.compute(text, (_, known) -> {
            if (known != null) return new Text(known.text, known.holders + 1);
            bytes.addAndGet(bytes(text));
            return new Text(text, 1);
        });
        return Objects.requireNonNull(held).text;
    }

    void release(String text) {
        texts.computeIfPresent(text, (_, known) -> {
            if (known.holders > 1) return new Text(known.text, known.holders - 1);
            bytes.addAndGet(-bytes(text));
            return null;
        });
    }

    private static long bytes(String text) {
        return TEXT_BYTES + (long) Character.BYTES * text.length();
    }

    /// @throws RefusedException if there is more than there may be
    void requireRoom() {
        if (bytes.get() > max.getAsLong() * PusherSettings.SUBSCRIPTION_BYTES)
            throw new RefusedException(503, "This server has its most subscriptions: try again later.");
    }
}
