package dev.sluice.durablestreams;

import dev.sluice.BatchItem;
import dev.sluice.BatchResult;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Appends to streams, and closes them: checks the rules of the protocol (§5.2) against the state, then writes
/// data and state together.
final class StreamAppends {
    /// The most producers that a stream remembers, about 100 bytes each.
    private static final int PRODUCERS_MAX = 1_000;

    private final StreamStore store;
    private final StreamWrites writes;
    private final StreamClock times;

    StreamAppends(StreamStore store, StreamWrites writes, StreamClock times) {
        this.store = store;
        this.writes = writes;
        this.times = times;
    }

    /// Appends to a stream, closes it, or both.
    Appended append(String name, AppendRequest request) throws InterruptedException {
        StreamState found = store.findNewest(name);
        if (request.isPlain() && !times.isRecordDue(found)) return appendPlain(name, request);
        for (int attempt = 0; attempt < StreamStore.ATTEMPTS_MAX; attempt++) {
            store.lock(name).writeLock().lock();
            try {
                Appended appended = appendWithState(store.require(name), request);
                if (appended != null) return appended;
            } finally {
                store.lock(name).writeLock().unlock();
            }
        }
        throw StreamWrites.busy();
    }

    private Appended appendPlain(String name, AppendRequest request) throws InterruptedException {
        store.lock(name).readLock().lock();
        try {
            StreamState state = store.require(name);
            requireOpen(state);
            List<byte[]> messages = messages(state, request);
            take(request, messages);
            List<BatchItem> items = new ArrayList<>();
            StreamWrites.addData(
                    items,
                    name,
                    state.config(),
                    messages,
                    false,
                    request.writer().name());
            times.touch(state);
            return new Appended(
                    Offset.of(stored(state, items)).text(state.config().root()), false, true, -1);
        } finally {
            store.lock(name).readLock().unlock();
        }
    }

    /// Publishes data alone: a single message together with those of other requests.
    ///
    /// @return the id of the last message
    private String stored(StreamState state, List<BatchItem> items) throws InterruptedException {
        if (items.size() == 1 && items.getFirst() instanceof BatchItem.Publish(String channel, Message message)) {
            return switch (writes.publish(channel, message)) {
                case PublishResult.Stored(String id) -> id;
                case PublishResult.Ended _ -> throw closed(state);
                case PublishResult other -> throw StreamWrites.refusal(other);
            };
        }
        return switch (writes.publish(items)) {
            case BatchResult.Stored(List<String> ids) -> ids.getLast();
            case BatchResult.Refused(int _, PublishResult.Ended _) -> throw closed(state);
            case BatchResult.Refused(int _, PublishResult reason) -> throw StreamWrites.refusal(reason);
        };
    }

    /// @return null if somebody else has changed the state
    private @Nullable Appended appendWithState(StreamState state, AppendRequest request) throws InterruptedException {
        ProducerAppend producer = request.producer();
        Closing closing = state.closing();
        boolean isClosed = closing != null; // A channel that another protocol has ended refuses the batch.
        if (producer != null) {
            if (closing != null && producer.equals(closing.by()))
                return new Appended(store.tailText(state), true, false, producer.seq());
            requireCurrentEpoch(state, producer);
        }
        if (isClosed) {
            boolean isRepeated = producer == null && request.closes() && request.body().length == 0;
            if (!isRepeated) throw closed(state);
            times.touch(state);
            return new Appended(store.tailText(state), true, false, -1);
        }
        List<byte[]> messages = request.body().length == 0 ? List.of() : messages(state, request);
        if (producer != null) {
            ProducerState last = state.producer(producer.id()).orElse(null);
            if (last != null && last.epoch() == producer.epoch() && producer.seq() <= last.seq())
                return new Appended(store.tailText(state), false, false, last.seq());
            // Another node of the cluster may have taken the appends before this one.
            if (producer.seq() != expected(producer, last) && store.isBehind(state.name(), state.latest())) return null;
            requireNext(state, producer, last);
        }
        requireRising(state, request.seq());
        take(request, messages);
        return publishWithState(state, request, messages);
    }

    private @Nullable Appended publishWithState(StreamState state, AppendRequest request, List<byte[]> messages)
            throws InterruptedException {
        String name = state.name();
        ProducerAppend producer = request.producer();
        List<BatchItem> items = new ArrayList<>();
        if (producer != null) {
            ProducerState next = new ProducerState(producer.epoch(), producer.seq());
            items.add(StreamWrites.state(name, StreamState.PRODUCER, producer.id(), next, null));
        }
        if (request.seq() != null)
            items.add(StreamWrites.state(name, StreamState.SEQ, StreamState.SEQ, new LastSeq(request.seq()), null));
        if (request.closes())
            items.add(StreamWrites.state(name, StreamState.CLOSED, StreamState.CLOSED, new Closing(producer), null));
        if (times.isRecordDue(state))
            items.add(StreamWrites.state(name, StreamState.STREAM, StreamState.STREAM, state.config(), null));
        // It has none if another append has just recorded the access.
        if (!items.isEmpty() && items.getFirst() instanceof BatchItem.Publish(String channel, Message message))
            items.set(0, new BatchItem.Publish(channel, message.ifLatest(state.latest())));
        StreamWrites.addData(
                items,
                name,
                state.config(),
                messages,
                request.closes(),
                request.writer().name());
        times.touch(state);
        return switch (writes.publish(items)) {
            case BatchResult.Stored(List<String> ids) -> {
                Offset tail = messages.isEmpty() ? store.tail(state) : Offset.of(ids.getLast());
                yield new Appended(
                        tail.text(state.config().root()),
                        request.closes(),
                        true,
                        producer == null ? -1 : producer.seq());
            }
            case BatchResult.Refused(int _, PublishResult.LatestDiffers _) -> null;
            case BatchResult.Refused(int _, PublishResult.Ended _) -> {
                if (!messages.isEmpty()) throw closed(state);
                yield new Appended(store.tailText(state), true, false, -1);
            }
            case BatchResult.Refused(int _, PublishResult reason) -> throw StreamWrites.refusal(reason);
        };
    }

    private void requireOpen(StreamState state) throws InterruptedException {
        if (state.closing() != null) throw closed(state);
    }

    private RefusedException closed(StreamState state) throws InterruptedException {
        return RefusedException.of(409, "The stream is closed.")
                .with("Stream-Closed", "true")
                .with("Stream-Next-Offset", store.tailText(state));
    }

    private static List<byte[]> messages(StreamState state, AppendRequest request) {
        String type = request.contentType();
        if (type == null) throw RefusedException.of(400, "An append needs the Content-Type of the stream.");
        if (!state.config().hasType(type))
            throw RefusedException.of(
                    409, "The stream has the type " + state.config().contentType() + ".");
        if (!state.config().isJson()) return List.of(request.body());
        List<byte[]> messages = JsonMessages.split(request.body());
        if (messages.isEmpty()) throw RefusedException.of(400, "An empty array has nothing to append.");
        return messages;
    }

    private static void take(AppendRequest request, List<byte[]> messages) {
        request.writer().limit().take(messages.size(), request.body().length);
    }

    private static void requireCurrentEpoch(StreamState state, ProducerAppend producer) {
        ProducerState last = state.producer(producer.id()).orElse(null);
        if (last == null || producer.epoch() >= last.epoch()) return;
        throw RefusedException.of(403, "The producer has a newer session: begin one with a higher epoch.")
                .with("Producer-Epoch", "" + last.epoch());
    }

    private static long expected(ProducerAppend producer, @Nullable ProducerState last) {
        return last == null || producer.epoch() > last.epoch() ? 0 : last.seq() + 1;
    }

    private static void requireNext(StreamState state, ProducerAppend producer, @Nullable ProducerState last) {
        if (last != null && producer.epoch() > last.epoch() && producer.seq() != 0)
            throw RefusedException.of(400, "A new epoch of a producer begins with Producer-Seq 0.");
        long expected = expected(producer, last);
        if (producer.seq() != expected) {
            throw RefusedException.of(409, "An append of the producer is missing.")
                    .with("Producer-Expected-Seq", "" + expected)
                    .with("Producer-Received-Seq", "" + producer.seq());
        }
        if (!state.hasRoomFor(producer.id(), PRODUCERS_MAX))
            throw RefusedException.of(429, "The stream has its maximum of " + PRODUCERS_MAX + " producers.");
    }

    private static void requireRising(StreamState state, @Nullable String seq) {
        String last = state.lastSeq();
        if (seq == null || last == null || bytewise(seq, last) > 0) return;
        throw RefusedException.of(409, "Stream-Seq must be greater than the last one.");
    }

    private static int bytewise(String one, String other) {
        return Arrays.compareUnsigned(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }
}
