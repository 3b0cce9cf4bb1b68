package dev.sluice.durablestreams;

import dev.sluice.BatchItem;
import dev.sluice.BatchResult;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Sluice;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// Streams as channels of the hub. The data of a stream is in the channel of its name; the rest of its state is in a
/// channel below [#STATES]. A change of both is one atomic batch of the log, on the condition that nobody else has
/// changed the state: the log's order decides between concurrent requests, also of other nodes.
final class StreamStore {
    static final String STATES = "$program/streams/";

    /// Keeps the newest event of each key; the others only until there are some more.
    static final Map<String, String> RETENTION =
            Map.of("retention.max_events", "100", "retention.keep", "newest-of-key");

    /// The most messages of one append: they reach the log as one batch.
    private static final int MESSAGES_MAX = 10_000;

    /// The most producers that a stream remembers, about 100 bytes each.
    private static final int PRODUCERS_MAX = 1_000;

    /// Access is recorded when this part of the idle time has passed since it was recorded last.
    private static final int RECORDS_PER_TTL = 8;

    /// A configuration is written again when it is older, so that the limits of the whole log, which drop the oldest
    /// events, do not reach it while the stream is written to.
    private static final long REWRITE_MS = 24 * 3600 * 1000L;

    private static final int ATTEMPTS_MAX = 100;
    private static final int LOCKS = 256;

    private final Sluice hub;
    private final InstantSource clock;
    private final StateCache states;
    private final Map<String, Long> accesses = new ConcurrentHashMap<>();
    private final List<ReadWriteLock> locks = new ArrayList<>();

    StreamStore(Sluice hub, InstantSource clock) {
        this.hub = hub;
        this.clock = clock;
        this.states = new StateCache(hub);
        for (int i = 0; i < LOCKS; i++) locks.add(new ReentrantReadWriteLock());
    }

    /// Appends without a change of the state share the lock, so that they reach the log together.
    private ReadWriteLock lock(String name) {
        return locks.get(Math.floorMod(name.hashCode(), LOCKS));
    }

    // --- finding

    /// Returns the state of a stream.
    ///
    /// @throws RefusedException with 404 or 410 if there is no such stream
    StreamState find(String name) throws InterruptedException {
        tidy(name);
        return require(name);
    }

    private StreamState require(String name) throws InterruptedException {
        StreamState state = states.get(name);
        if (state == null || (state.config().isDeleted() && !state.hasForks()))
            throw RefusedException.of(404, "There is no such stream. Create it with PUT.");
        if (state.isGone()) throw RefusedException.of(410, "The stream was deleted; only its forks are left.");
        return state;
    }

    /// Returns the offset after the last event of a stream, inherited or not.
    Offset tail(StreamState state) {
        String latest = hub.channel(state.name()).latest().orElse("");
        if (!latest.isEmpty()) return Offset.of(latest);
        StreamConfig.Fork fork = state.config().fork();
        return Offset.of(fork == null || fork.at().isEmpty() ? state.config().created() : fork.at());
    }

    boolean hasData(StreamState state) {
        return hub.channel(state.name()).latest().isPresent();
    }

    /// Returns the source of a fork, which is there as long as the fork is.
    StreamState source(String name) throws InterruptedException {
        StreamState state = states.get(name);
        if (state == null) throw RefusedException.of(410, "The source of the fork is gone.");
        return state;
    }

    // --- creating

    /// Creates a stream.
    ///
    /// @return false if the stream exists already, with the same configuration
    boolean create(String name, CreateRequest request) throws InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            tidy(name);
            if (request.fork() != null) tidy(request.fork().source());
            lock(name).writeLock().lock();
            try {
                StreamState existing = states.get(name);
                if (existing != null) {
                    if (existing.config().isDeleted() && !existing.hasForks()) continue; // Deleted since.
                    if (!matches(existing, request))
                        throw RefusedException.of(409, "There already is such a stream, with another configuration.");
                    return false;
                }
                if (publishNew(name, request)) {
                    accesses.put(name, clock.millis());
                    return true;
                }
            } finally {
                lock(name).writeLock().unlock();
            }
        }
        throw busy();
    }

    private boolean matches(StreamState existing, CreateRequest request) throws InterruptedException {
        StreamConfig config = existing.config();
        if (config.isDeleted()) return false;
        StreamConfig.Fork fork = config.fork();
        CreateRequest.Fork asked = request.fork();
        boolean isSameFork = asked == null
                ? fork == null
                : fork != null
                        && fork.source().equals(asked.source())
                        && fork.requested().equals(asked.offset())
                        && fork.sub() == asked.sub();
        String type = request.contentType() != null
                ? request.contentType()
                : asked != null ? config.contentType() : StreamRoutes.DEFAULT_TYPE;
        boolean inheritsExpiry = asked != null && request.ttlSeconds() == null && request.expiresAt() == null;
        boolean isSameExpiry = inheritsExpiry
                || (Objects.equals(config.ttlSeconds(), request.ttlSeconds())
                        && sameTime(config.expiresAt(), request.expiresAt()));
        return isSameFork && isSameExpiry && config.hasType(type) && isClosed(existing) == request.isClosed();
    }

    private static boolean sameTime(@Nullable String one, @Nullable String other) {
        if (one == null || other == null) return one == null && other == null;
        return instant(one).equals(instant(other));
    }

    static Instant instant(String rfc3339) {
        return OffsetDateTime.parse(rfc3339).toInstant();
    }

    /// @return false if the source of the fork has changed meanwhile
    private boolean publishNew(String name, CreateRequest request) throws InterruptedException {
        List<BatchItem> items = new ArrayList<>();
        ForkPoint point = null;
        if (request.fork() != null) {
            StreamState source = forkSource(request.fork().source());
            if (request.contentType() != null && !source.config().hasType(request.contentType()))
                throw RefusedException.of(409, "The fork has another content type than its source.");
            point = ForkPoint.of(this, hub, source, request.fork());
            items.add(state(
                    source.name(), StreamState.FORK, name, Map.of(), source.latest()));
        }
        StreamConfig config = config(request, point);
        items.add(new BatchItem.Publish(
                STATES + name,
                Message.json(config).type(StreamState.STREAM).key(StreamState.STREAM).ifEmpty()));
        List<byte[]> messages = new ArrayList<>();
        if (point != null && point.prefix().length > 0) messages.add(point.prefix());
        messages.addAll(request.messages(config.contentType()));
        if (request.isClosed()) items.add(state(name, StreamState.CLOSED, StreamState.CLOSED, new Closing(null), null));
        addData(items, name, config, messages, request.isClosed(), request.from());
        return switch (publish(items)) {
            case BatchResult.Stored _ -> true;
            case BatchResult.Refused(int _, PublishResult.LatestDiffers _) -> false;
            case BatchResult.Refused(int _, PublishResult.Ended _) ->
                throw RefusedException.of(409, "The channel has ended: delete it first.");
            case BatchResult.Refused(int _, PublishResult reason) -> throw refusal(reason);
        };
    }

    private StreamState forkSource(String name) throws InterruptedException {
        StreamState source = states.get(name);
        if (source == null || (source.config().isDeleted() && !source.hasForks()))
            throw RefusedException.of(404, "There is no stream to fork from.");
        if (source.isGone()) throw RefusedException.of(409, "The stream to fork from was deleted.");
        return source;
    }

    private static StreamConfig config(CreateRequest request, @Nullable ForkPoint point) {
        String type = request.contentType();
        if (point == null) {
            return new StreamConfig(
                    type == null ? StreamRoutes.DEFAULT_TYPE : type,
                    request.ttlSeconds(),
                    request.expiresAt(),
                    "",
                    "",
                    null,
                    false);
        }
        StreamConfig source = point.source();
        boolean inherits = request.ttlSeconds() == null && request.expiresAt() == null;
        return new StreamConfig(
                type == null ? source.contentType() : type,
                inherits ? source.ttlSeconds() : request.ttlSeconds(),
                inherits ? source.expiresAt() : request.expiresAt(),
                "",
                source.root(),
                point.fork(),
                false);
    }

    // --- appending

    /// Appends to a stream, closes it, or both.
    Appended append(String name, AppendRequest request) throws InterruptedException {
        StreamState found = find(name);
        if (request.isPlain() && !isRecordDue(found)) return appendPlain(name, request);
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            lock(name).writeLock().lock();
            try {
                Appended appended = appendWithState(require(name), request);
                if (appended != null) return appended;
            } finally {
                lock(name).writeLock().unlock();
            }
        }
        throw busy();
    }

    private Appended appendPlain(String name, AppendRequest request) throws InterruptedException {
        lock(name).readLock().lock();
        try {
            StreamState state = require(name);
            requireOpen(state);
            List<byte[]> messages = messages(state, request);
            List<BatchItem> items = new ArrayList<>();
            addData(items, name, state.config(), messages, false, request.from());
            touch(state);
            return new Appended(Offset.of(stored(state, items)), false, true, -1);
        } finally {
            lock(name).readLock().unlock();
        }
    }

    /// Publishes data alone: a single message together with those of other requests.
    ///
    /// @return the id of the last message
    private String stored(StreamState state, List<BatchItem> items) {
        if (items.size() == 1 && items.getFirst() instanceof BatchItem.Publish(String channel, Message message)) {
            return switch (publish(channel, message)) {
                case PublishResult.Stored(String id) -> id;
                case PublishResult.Ended _ -> throw closed(state);
                case PublishResult other -> throw refusal(other);
            };
        }
        return switch (publish(items)) {
            case BatchResult.Stored(List<String> ids) -> ids.getLast();
            case BatchResult.Refused(int _, PublishResult.Ended _) -> throw closed(state);
            case BatchResult.Refused(int _, PublishResult reason) -> throw refusal(reason);
        };
    }

    /// @return null if somebody else has changed the state
    private @Nullable Appended appendWithState(StreamState state, AppendRequest request) throws InterruptedException {
        ProducerAppend producer = request.producer();
        Closing closing = state.closing();
        boolean isClosed = closing != null; // A channel that another protocol has ended refuses the batch.
        if (producer != null) {
            if (closing != null && producer.equals(closing.by()))
                return new Appended(tail(state), true, false, producer.seq());
            requireCurrentEpoch(state, producer);
        }
        if (isClosed) {
            boolean isRepeated = producer == null && request.closes() && request.body().length == 0;
            if (!isRepeated) throw closed(state);
            touch(state);
            return new Appended(tail(state), true, false, -1);
        }
        List<byte[]> messages = request.body().length == 0 ? List.of() : messages(state, request);
        if (producer != null) {
            ProducerState last = state.producer(producer.id()).orElse(null);
            if (last != null && last.epoch() == producer.epoch() && producer.seq() <= last.seq())
                return new Appended(tail(state), false, false, last.seq());
            requireNext(state, producer, last);
        }
        requireRising(state, request.seq());
        return publishWithState(state, request, messages);
    }

    private @Nullable Appended publishWithState(StreamState state, AppendRequest request, List<byte[]> messages) {
        String name = state.name();
        ProducerAppend producer = request.producer();
        List<BatchItem> items = new ArrayList<>();
        if (producer != null) {
            ProducerState next = new ProducerState(producer.epoch(), producer.seq());
            items.add(state(name, StreamState.PRODUCER, producer.id(), next, null));
        }
        if (request.seq() != null)
            items.add(state(name, StreamState.SEQ, StreamState.SEQ, new LastSeq(request.seq()), null));
        if (request.closes())
            items.add(state(name, StreamState.CLOSED, StreamState.CLOSED, new Closing(producer), null));
        if (isRecordDue(state)) items.add(state(name, StreamState.STREAM, StreamState.STREAM, state.config(), null));
        if (items.getFirst() instanceof BatchItem.Publish(String channel, Message message))
            items.set(0, new BatchItem.Publish(channel, message.ifLatest(state.latest())));
        addData(items, name, state.config(), messages, request.closes(), request.from());
        touch(state);
        return switch (publish(items)) {
            case BatchResult.Stored(List<String> ids) -> {
                Offset tail = messages.isEmpty() ? tail(state) : Offset.of(ids.getLast());
                yield new Appended(tail, request.closes(), true, producer == null ? -1 : producer.seq());
            }
            case BatchResult.Refused(int _, PublishResult.LatestDiffers _) -> null;
            case BatchResult.Refused(int _, PublishResult.Ended _) -> {
                if (!messages.isEmpty()) throw closed(state);
                yield new Appended(tail(state), true, false, -1);
            }
            case BatchResult.Refused(int _, PublishResult reason) -> throw refusal(reason);
        };
    }

    private void requireOpen(StreamState state) {
        if (state.closing() != null) throw closed(state);
    }

    private RefusedException closed(StreamState state) {
        return RefusedException.of(409, "The stream is closed.")
                .with("Stream-Closed", "true")
                .with("Stream-Next-Offset", tail(state).text(state.config().root()));
    }

    private static List<byte[]> messages(StreamState state, AppendRequest request) {
        String type = request.contentType();
        if (type == null) throw RefusedException.of(400, "An append needs the Content-Type of the stream.");
        if (!state.config().hasType(type))
            throw RefusedException.of(409, "The stream has the type " + state.config().contentType() + ".");
        if (!state.config().isJson()) return List.of(request.body());
        List<byte[]> messages = JsonMessages.split(request.body());
        if (messages.isEmpty()) throw RefusedException.of(400, "An empty array has nothing to append.");
        return messages;
    }

    private static void requireCurrentEpoch(StreamState state, ProducerAppend producer) {
        ProducerState last = state.producer(producer.id()).orElse(null);
        if (last == null || producer.epoch() >= last.epoch()) return;
        throw RefusedException.of(403, "The producer has a newer session: begin one with a higher epoch.")
                .with("Producer-Epoch", "" + last.epoch());
    }

    private static void requireNext(StreamState state, ProducerAppend producer, @Nullable ProducerState last) {
        if (last != null && producer.epoch() > last.epoch() && producer.seq() != 0)
            throw RefusedException.of(400, "A new epoch of a producer begins with Producer-Seq 0.");
        long expected = last == null || producer.epoch() > last.epoch() ? 0 : last.seq() + 1;
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
        return Arrays.compareUnsigned(
                one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    // --- the end of streams

    /// Returns true if the stream is closed, by a client of this protocol or of another one.
    boolean isClosed(StreamState state) throws InterruptedException {
        if (state.closing() != null) return true;
        String latest = hub.channel(state.name()).latest().orElse("");
        var channel = hub.channels(state.name());
        return (latest.isEmpty() ? channel.earliest() : channel.after(latest))
                .read(1, Duration.ZERO)
                .hasEnded();
    }

    /// Deletes a stream; its data stays as long as there are forks.
    void delete(String name) throws InterruptedException {
        find(name);
        bury(name, false);
        tidy(name);
    }

    /// Marks a stream as deleted.
    ///
    /// @param ifExpired true to do so only if it has expired
    private void bury(String name, boolean ifExpired) throws InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            lock(name).writeLock().lock();
            try {
                StreamState state = states.get(name);
                if (state == null || state.config().isDeleted() || (ifExpired && !hasExpired(state))) return;
                StreamConfig deleted = state.config().deleted();
                BatchItem item = state(name, StreamState.STREAM, StreamState.STREAM, deleted, state.latest());
                if (publish(List.of(item)) instanceof BatchResult.Stored) return;
            } finally {
                lock(name).writeLock().unlock();
            }
        }
        throw busy();
    }

    /// Deletes a stream that has expired, and completes a deletion: also one that a crash has interrupted.
    void tidy(String name) throws InterruptedException {
        String next = name;
        while (next != null) {
            StreamState state = states.get(next);
            if (state == null) return;
            if (!state.config().isDeleted() && hasExpired(state)) bury(next, true);
            next = removeBuried(next);
        }
    }

    /// Removes the data of a deleted stream without forks, then its state.
    ///
    /// @return the stream that it was a fork of; null for none
    private @Nullable String removeBuried(String name) throws InterruptedException {
        lock(name).writeLock().lock();
        try {
            StreamState state = states.get(name);
            if (state == null || !state.config().isDeleted() || state.hasForks()) return null;
            StreamConfig.Fork fork = state.config().fork();
            if (fork != null) release(fork.source(), name);
            hub.channel(name).delete();
            hub.channel(STATES + name).delete();
            accesses.remove(name);
            return fork == null ? null : fork.source();
        } finally {
            lock(name).writeLock().unlock();
        }
    }

    /// Removes a fork from those of its source. Needs no lock: the log refuses it if the state has changed.
    private void release(String source, String fork) throws InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            StreamState state = states.get(source);
            if (state == null || !state.hasFork(fork)) return;
            Message removal = Message.json(Map.of())
                    .type(StreamState.FORK)
                    .key(fork)
                    .removingKey()
                    .ifLatest(state.latest());
            if (publish(List.of(new BatchItem.Publish(STATES + source, removal))) instanceof BatchResult.Stored) return;
        }
        throw busy();
    }

    // --- expiry

    /// Notes that a stream is used, which begins its idle time again; in the log only now and then.
    void access(StreamState state) throws InterruptedException {
        if (state.config().ttlSeconds() == null) return;
        touch(state);
        if (!isRecordDue(state)) return;
        // Where somebody else changes the state at the same time, the next access is recorded.
        publish(List.of(state(
                state.name(), StreamState.STREAM, StreamState.STREAM, state.config(), state.latest())));
    }

    private void touch(StreamState state) {
        if (state.config().ttlSeconds() != null) accesses.put(state.name(), clock.millis());
    }

    private boolean isRecordDue(StreamState state) {
        Long ttl = state.config().ttlSeconds();
        long afterMs = ttl == null ? REWRITE_MS : Math.min(REWRITE_MS, ttl * 1000 / RECORDS_PER_TTL);
        return clock.millis() - state.configuredMs() > afterMs;
    }

    private boolean hasExpired(StreamState state) {
        return clock.millis() >= expiryMs(state);
    }

    /// Returns when a stream expires; never if there is none or it was deleted.
    long expiryMs(String name) throws InterruptedException {
        StreamState state = states.get(name);
        return state == null || state.config().isDeleted() ? Long.MAX_VALUE : expiryMs(state);
    }

    /// Returns when the stream expires unless it is used, in milliseconds since 1970.
    private long expiryMs(StreamState state) {
        StreamConfig config = state.config();
        if (config.expiresAt() != null) return instant(config.expiresAt()).toEpochMilli();
        if (config.ttlSeconds() == null) return Long.MAX_VALUE;
        long ttlMs = Math.multiplyExact(config.ttlSeconds(), 1000L);
        Long access = accesses.get(state.name());
        // Before a restart there may have been a later access than the recorded one, but not by more than this.
        long lastMs = access == null
                ? state.configuredMs() + ttlMs / RECORDS_PER_TTL
                : Math.max(access, state.configuredMs());
        return lastMs + ttlMs;
    }

    // --- publishing

    private static BatchItem state(
            String name, String type, String key, Object value, @Nullable String latest) {
        Message message = Message.json(value).type(type).key(key);
        return new BatchItem.Publish(STATES + name, latest == null ? message : message.ifLatest(latest));
    }

    private static void addData(
            List<BatchItem> items,
            String name,
            StreamConfig config,
            List<byte[]> messages,
            boolean closes,
            @Nullable String from) {
        if (messages.size() > MESSAGES_MAX)
            throw RefusedException.of(413, "An append has at most " + MESSAGES_MAX + " messages.");
        for (int i = 0; i < messages.size(); i++) {
            Message message = Message.of(data(config, messages.get(i)));
            if (from != null) message = message.from(from);
            if (closes && i == messages.size() - 1) message = message.closing();
            items.add(new BatchItem.Publish(name, message));
        }
        if (closes && messages.isEmpty()) items.add(new BatchItem.End(name));
    }

    private static Message.Data data(StreamConfig config, byte[] bytes) {
        if (config.isJson()) return new Message.Data(Message.Kind.JSON, StreamConfig.JSON, bytes);
        Message.Kind kind = config.isText() && isUtf8(bytes) ? Message.Kind.TEXT : Message.Kind.BINARY;
        return new Message.Data(kind, config.contentType(), bytes);
    }

    private static boolean isUtf8(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException other) {
            return false; // Such an append is kept as binary data.
        }
    }

    private PublishResult publish(String channel, Message message) {
        try {
            return hub.channel(channel).publish(message);
        } catch (IllegalArgumentException invalid) {
            throw invalid(invalid);
        } catch (IllegalStateException failed) {
            throw failed(failed);
        }
    }

    private BatchResult publish(List<BatchItem> items) {
        try {
            return hub.publishAll(items);
        } catch (IllegalArgumentException invalid) {
            throw invalid(invalid);
        } catch (IllegalStateException failed) {
            throw failed(failed);
        }
    }

    private static RefusedException invalid(IllegalArgumentException invalid) {
        return RefusedException.of(400, "The hub does not take it: " + invalid.getMessage() + ".");
    }

    private static RefusedException failed(IllegalStateException failed) {
        System.getLogger(StreamStore.class.getName())
                .log(System.Logger.Level.ERROR, "the log could not store an append to a stream", failed);
        return RefusedException.of(503, "The log could not store it. Repeat the request later.");
    }

    private static RefusedException refusal(PublishResult reason) {
        return switch (reason) {
            case PublishResult.Full(String detail) -> RefusedException.of(507, detail);
            case PublishResult.TooManyChannels(int max) ->
                RefusedException.of(507, "The log has its maximum of " + max + " channels.");
            case PublishResult.Stored _,
                    PublishResult.Repeated _,
                    PublishResult.KeyReused _,
                    PublishResult.LatestDiffers _,
                    PublishResult.Ended _ ->
                throw new IllegalStateException("a stream does not expect " + reason);
        };
    }

    private static RefusedException busy() {
        return RefusedException.of(503, "Too many requests change this stream at once. Repeat the request.");
    }
}
