package dev.sluice.durablestreams;

import dev.sluice.BatchItem;
import dev.sluice.Event;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is known of a stream besides its data: the newest event of each key in its state channel. Not shared
/// between threads before it is complete, and then not changed, except for the range without events.
final class StreamState {
    /// The types of events in a state channel.
    static final String STREAM = "stream", PRODUCER = "producer", SEQ = "seq", CLOSED = "closed", FORK = "fork";

    private final String name;
    private final Map<String, ProducerState> producers = new HashMap<>();
    private final Set<String> forks = new HashSet<>();
    private @Nullable StreamConfig config;
    private @Nullable Closing closing;
    private @Nullable LastSeq seq;
    private volatile @Nullable EmptyRange empty;
    private String latest = "";
    private long configuredMs;
    private long configuredAt;

    /// A range of the log in which the stream has never had an event.
    private record EmptyRange(Offset from, Offset upTo) {}

    StreamState(String name) {
        this.name = name;
    }

    /// A copy, which further events change.
    StreamState copy() {
        StreamState copy = new StreamState(name);
        copy.producers.putAll(producers);
        copy.forks.addAll(forks);
        copy.config = config;
        copy.closing = closing;
        copy.seq = seq;
        copy.empty = empty;
        copy.latest = latest;
        copy.configuredMs = configuredMs;
        copy.configuredAt = configuredAt;
        return copy;
    }

    /// Takes over the next event of the state channel.
    void apply(Event event) {
        String key = event.key().orElse("");
        switch (event.type()) {
            case STREAM -> {
                StreamConfig read = event.json(StreamConfig.class);
                config = read.created().isEmpty() ? read.createdBy(event.id()) : read;
                configuredMs = event.time().toEpochMilli();
                configuredAt = Offset.of(event.id()).position();
            }
            case PRODUCER -> {
                if (event.isRemoved()) producers.remove(key);
                else producers.put(key, event.json(ProducerState.class));
            }
            case SEQ -> seq = event.isRemoved() ? null : event.json(LastSeq.class);
            case CLOSED -> closing = event.isRemoved() ? null : event.json(Closing.class);
            case FORK -> {
                if (event.isRemoved()) forks.remove(key);
                else forks.add(key);
            }
            default -> throw new IllegalStateException("a state channel has an event of the type " + event.type());
        }
        latest = event.id();
    }

    String name() {
        return name;
    }

    /// Returns what removes the rest of an earlier stream, whose configuration the limits of the log have
    /// dropped. Its forks stay, as they still need its data.
    List<BatchItem> removals() {
        List<BatchItem> removals = new ArrayList<>();
        for (String each : producers.keySet()) removals.add(StreamWrites.removal(name, PRODUCER, each, null));
        if (seq != null) removals.add(StreamWrites.removal(name, SEQ, SEQ, null));
        if (closing != null) removals.add(StreamWrites.removal(name, CLOSED, CLOSED, null));
        return removals;
    }

    /// False if the channel has only what was left of a deletion, or by the limits of the log.
    boolean exists() {
        return config != null;
    }

    StreamConfig config() {
        if (config == null) throw new IllegalStateException("the stream " + name + " has no configuration");
        return config;
    }

    /// The id of the newest event of the state channel.
    String latest() {
        return latest;
    }

    /// When the configuration was last written, in milliseconds since 1970.
    long configuredMs() {
        return configuredMs;
    }

    /// The position of that event in the log.
    long configuredAt() {
        return configuredAt;
    }

    Optional<ProducerState> producer(String id) {
        return Optional.ofNullable(producers.get(id));
    }

    boolean hasRoomFor(String producer, int max) {
        return producers.size() < max || producers.containsKey(producer);
    }

    /// How much memory this takes, in units of some 100 bytes.
    int weight() {
        return 10 + producers.size() + forks.size();
    }

    /// The last `Stream-Seq`; null if there was none.
    @Nullable
    String lastSeq() {
        return seq == null ? null : seq.seq();
    }

    /// Null while the stream is open.
    @Nullable
    Closing closing() {
        return closing;
    }

    boolean hasForks() {
        return !forks.isEmpty();
    }

    boolean hasFork(String fork) {
        return forks.contains(fork);
    }

    /// Whether the stream is deleted, and kept for its forks.
    boolean isGone() {
        return config().isDeleted() && hasForks();
    }

    /// Notes that a read found neither an event nor a loss between two places. Threads may do so at once: each range
    /// is right for itself.
    void noteEmpty(Offset from, Offset upTo) {
        EmptyRange known = empty;
        empty = new EmptyRange(known != null && isIn(known, from) ? known.from : from, upTo);
    }

    /// Returns the last place to which a reader can continue without missing an event. A read from there reports fewer
    /// losses of other channels, which the log does not keep apart for ever from those of a channel without events.
    Offset skipEmpty(Offset place) {
        EmptyRange known = empty;
        return known != null && isIn(known, place) ? known.upTo : place;
    }

    private static boolean isIn(EmptyRange range, Offset place) {
        return range.from.compareTo(place) <= 0 && place.compareTo(range.upTo) <= 0;
    }
}
