package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.Selection;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The number of readers on all event loops of a hub, and of the channels and patterns in their selections: in
/// total and per caller. Counted when readers come and go, never per event. May be read from any thread.
public final class ReaderCount {
    /// The readers of one caller.
    ///
    /// @param patterns the weight of the selections
    public record Held(long readers, long patterns) {
        private static final Held NOTHING = new Held(0, 0);

        private Held plus(long more, long weight) {
            return new Held(readers + more, patterns + weight);
        }
    }

    private final AtomicLong readers = new AtomicLong();
    private final AtomicLong patterns = new AtomicLong();

    /// The callers that have readers. The number of readers bounds its size.
    private final ConcurrentHashMap<Object, Held> ofCallers = new ConcurrentHashMap<>();

    private final @Nullable ReaderCount more;
    private volatile Function<Grant, ? extends Optional<?>> callers = _ -> Optional.empty();

    /// @param more the count of another hub, which is added; null if none
    ReaderCount(@Nullable ReaderCount more) {
        this.more = more;
    }

    /// Counts readers that join from now on for their callers as well.
    ///
    /// @param identify returns the identity of a caller; empty if the caller is not counted
    public void countCallers(Function<Grant, ? extends Optional<?>> identify) {
        callers = identify;
        if (more != null) more.countCallers(identify);
    }

    void joined(Selection selection, Reader reader) {
        readers.incrementAndGet();
        patterns.addAndGet(selection.weight());
        // Kept with the reader: a renewed grant or a changed rule must not change the caller that it counts for.
        reader.caller = callers.apply(reader.grant()).orElse(null);
        count(reader, 1, selection.weight());
    }

    void left(Selection selection, Reader reader) {
        readers.decrementAndGet();
        patterns.addAndGet(-selection.weight());
        count(reader, -1, -selection.weight());
    }

    private void count(Reader reader, long change, long weight) {
        Object caller = reader.caller;
        if (caller == null) return;
        ofCallers.compute(caller, (_, held) -> {
            Held now = (held == null ? Held.NOTHING : held).plus(change, weight);
            return now.readers == 0 ? null : now;
        });
    }

    /// Subscribers, and polls that wait or are being answered.
    public long readers() {
        return readers.get() + (more == null ? 0 : more.readers());
    }

    /// The weight of all their selections, duplicates included.
    public long patterns() {
        return patterns.get() + (more == null ? 0 : more.patterns());
    }

    /// The readers of a caller.
    public Held of(Object caller) {
        Held held = ofCallers.getOrDefault(caller, Held.NOTHING);
        if (more == null) return held;
        Held others = more.of(caller);
        return held.plus(others.readers, others.patterns);
    }
}
