package dev.sluice.durablestreams;

import dev.sluice.BatchItem;
import dev.sluice.BatchResult;
import dev.sluice.EventPage;
import dev.sluice.Gap;
import dev.sluice.LogUnavailableException;
import dev.sluice.Message;
import dev.sluice.PublishResult;
import dev.sluice.Sluice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// Streams as channels of the hub. The data of a stream is in the channel of its name; the rest of its state is
/// in a channel below [#STATES]. A change of both is one atomic batch of the log, on the condition that nobody
/// else has changed the state: the log's order decides between concurrent requests, also of other nodes.
final class StreamStore {
    static final String STATES = "$program/streams/";

    /// Keeps the newest event of each key; the others only until there are some more.
    static final Map<String, String> RETENTION =
            Map.of("retention.max_events", "100", "retention.keep", "newest-of-key");

    /// How often a change is tried while others change the same state.
    static final int ATTEMPTS_MAX = 100;

    private static final int LOCKS = 256;

    private final Sluice hub;
    private final StreamWrites writes;
    private final StreamClock times;
    private final StateCache states;
    private final List<ReadWriteLock> locks = new ArrayList<>();

    StreamStore(Sluice hub, StreamWrites writes, StreamClock times, StateCache states) {
        this.hub = hub;
        this.writes = writes;
        this.times = times;
        this.states = states;
        for (int i = 0; i < LOCKS; i++) locks.add(new ReentrantReadWriteLock());
    }

    /// Appends without a change of the state share the lock, so that they reach the log together.
    ReadWriteLock lock(String name) {
        return locks.get(Math.floorMod(name.hashCode(), LOCKS));
    }

    // --- finding

    /// Returns the state of a stream.
    ///
    /// @throws RefusedException with 404 or 410 if there is no such stream
    StreamState find(String name) throws InterruptedException {
        cleanUp(name);
        return require(name);
    }

    /// Returns the state of a stream as [#find] does, but removes nothing: for callers with its lock.
    StreamState require(String name) throws InterruptedException {
        StreamState state = states.get(name);
        if (state == null || (state.config().isDeleted() && !state.hasForks()))
            throw RefusedException.of(404, "There is no such stream. Create it with PUT.");
        if (state.isGone()) throw RefusedException.of(410, "The stream was deleted; only its forks are left.");
        return state;
    }

    /// Returns the state of a stream as [#find] does, and asks the log first if this node knows of none: another
    /// node of the cluster may have created it. For writers.
    StreamState findNewest(String name) throws InterruptedException {
        cleanUp(name);
        if (states.get(name) == null) isBehind(name, "");
        return require(name);
    }

    /// Returns true if the log had a newer state of a stream than this node, which has it now. Costs a refused
    /// write, so only what would be refused asks.
    ///
    /// @param latest the newest event of the state that this node had
    boolean isBehind(String name, String latest) throws InterruptedException {
        // No event has this id, so that the answer is the id of the newest.
        BatchItem refused = StreamWrites.state(name, StreamState.STREAM, StreamState.STREAM, Map.of(), "none");
        if (!(writes.publish(List.of(refused))
                instanceof BatchResult.Refused(int _, PublishResult.LatestDiffers(String newest)))) return false;
        if (newest == null || newest.equals(latest)) return false;
        await(STATES + name, newest);
        return true;
    }

    /// Waits until this node has an event of a cluster's log.
    private void await(String channel, String id) throws InterruptedException {
        hub.channels(channel).after(id).read(1, Duration.ZERO);
    }

    /// Returns true if an offset is after the end of a stream. A reader may come from a node that is ahead of
    /// this one, which then waits for what the reader has seen.
    boolean isBeyond(StreamState state, Offset offset) throws InterruptedException {
        Offset created = Offset.of(state.config().created());
        if (offset.compareTo(Offset.later(tail(state), created)) <= 0) return false;
        await(state.name(), offset.id());
        return offset.compareTo(Offset.later(tail(state), created)) > 0;
    }

    /// Returns the offset after the last event of a stream, inherited or not.
    Offset tail(StreamState state) throws InterruptedException {
        Offset latest = Offset.of(hub.channel(state.name()).latest().orElse(""));
        // Events from before the channel became a fork are not part of it.
        Offset first = state.config().fork() == null
                ? Offset.BEGIN
                : Offset.of(state.config().created());
        return latest.compareTo(first) <= 0 ? emptyTail(state) : latest;
    }

    /// Returns the tail of a stream without events of its own. If its events are gone, this is the position after
    /// them, where a read finds no gap.
    Offset emptyTail(StreamState state) throws InterruptedException {
        StreamConfig config = state.config();
        String place = state.skipEmpty(Offset.of(config.created())).id();
        EventPage rest = hub.channels(state.name()).after(place).read(1, Duration.ZERO);
        return Offset.of(rest.gap().map(Gap::resume).orElse(config.begin()));
    }

    /// Returns the tail as clients know it.
    String tailText(StreamState state) throws InterruptedException {
        return tail(state).text(state.config().root());
    }

    boolean hasData(String name) {
        return hub.channel(name).latest().isPresent();
    }

    /// Returns what the limits of the log have left of the state of a fork's source. Null for nothing: then
    /// the events that the fork inherits are gone too, as the source has noted the fork after them.
    @Nullable
    StreamState source(String name) throws InterruptedException {
        return states.getOrRest(name);
    }

    // --- creating

    /// A stream that was asked for.
    ///
    /// @param isNew false if it existed already, with the same configuration
    record Created(StreamState state, boolean isNew) {}

    /// Creates a stream, unless it exists.
    ///
    /// @param requireDelete ends the request unless the caller may delete the channel
    Created create(String name, CreateRequest request, Runnable requireDelete) throws InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            cleanUp(name);
            if (request.fork() != null) cleanUp(request.fork().source());
            lock(name).writeLock().lock();
            try {
                StreamState existing = states.getOrRest(name);
                if (existing != null && existing.exists()) {
                    if (existing.config().isDeleted() && !existing.hasForks()) continue; // Deleted since.
                    if (!matches(existing, request))
                        throw RefusedException.of(409, "There already is such a stream, with another configuration.");
                    return new Created(existing, false);
                }
                if (publishNew(name, request, existing, requireDelete)) {
                    StreamState created = states.get(name);
                    if (created == null) continue; // Another node has deleted it.
                    times.touch(created);
                    return new Created(created, true);
                }
            } finally {
                lock(name).writeLock().unlock();
            }
        }
        throw StreamWrites.busy();
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
        return StreamConfig.instant(one).equals(StreamConfig.instant(other));
    }

    /// @param rest what is left of a state whose configuration is gone; null for nothing
    /// @return false if that or the source of the fork has changed meanwhile
    private boolean publishNew(String name, CreateRequest request, @Nullable StreamState rest, Runnable requireDelete)
            throws InterruptedException {
        List<BatchItem> items = new ArrayList<>();
        ForkPoint point = null;
        if (request.fork() != null) {
            StreamState source = forkSource(request.fork().source());
            if (request.contentType() != null && !source.config().hasType(request.contentType()))
                throw RefusedException.of(409, "The fork has another content type than its source.");
            point = ForkPoint.of(this, hub, source, request.fork());
            items.add(StreamWrites.state(source.name(), StreamState.FORK, name, Map.of(), source.latest()));
        }
        StreamConfig config = config(request, point);
        // The end of its lifetime deletes what others have published. An event that arrives after this check is
        // as one that arrives after the creation.
        if (config.hasLifetime() && (hasData(name) || hasEnded(name))) requireDelete.run();
        Message created = Message.json(config).type(StreamState.STREAM).key(StreamState.STREAM);
        items.add(new BatchItem.Publish(
                STATES + name, rest == null ? created.ifEmpty() : created.ifLatest(rest.latest())));
        if (rest != null) items.addAll(rest.removals());
        List<byte[]> messages = new ArrayList<>();
        if (point != null && point.prefix().length > 0) messages.add(point.prefix());
        List<byte[]> added = request.messages(config.contentType());
        request.writer().limit().take(added.size(), request.body().length);
        messages.addAll(added);
        if (request.isClosed())
            items.add(StreamWrites.state(name, StreamState.CLOSED, StreamState.CLOSED, new Closing(null), null));
        StreamWrites.addData(
                items,
                name,
                config,
                messages,
                request.isClosed(),
                request.writer().name());
        return switch (writes.publish(items)) {
            case BatchResult.Stored _ -> true;
            case BatchResult.Refused(int _, PublishResult.LatestDiffers _) -> false;
            case BatchResult.Refused(int _, PublishResult.Ended _) ->
                throw RefusedException.of(409, "The channel has ended: delete it first.");
            case BatchResult.Refused(int _, PublishResult reason) -> throw StreamWrites.refusal(reason);
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

    // --- the end of streams

    /// Returns true if the stream is closed, by a client of this protocol or of another one.
    boolean isClosed(StreamState state) throws InterruptedException {
        return state.closing() != null || hasEnded(state.name());
    }

    private boolean hasEnded(String name) throws InterruptedException {
        String latest = hub.channel(name).latest().orElse("");
        var channel = hub.channels(name);
        return (latest.isEmpty() ? channel.earliest() : channel.after(latest))
                .read(1, Duration.ZERO)
                .hasEnded();
    }

    /// Deletes a stream; its data stays as long as there are forks.
    void delete(String name) throws InterruptedException {
        findNewest(name);
        markDeleted(name, false);
        cleanUp(name);
    }

    /// Marks a stream as deleted.
    ///
    /// @param ifExpired true to do so only if it has expired
    private void markDeleted(String name, boolean ifExpired) throws InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            lock(name).writeLock().lock();
            try {
                StreamState state = states.get(name);
                if (state == null || state.config().isDeleted() || (ifExpired && !times.hasExpired(state))) return;
                StreamConfig deleted = state.config().deleted();
                BatchItem item =
                        StreamWrites.state(name, StreamState.STREAM, StreamState.STREAM, deleted, state.latest());
                if (writes.publish(List.of(item)) instanceof BatchResult.Stored) return;
            } finally {
                lock(name).writeLock().unlock();
            }
        }
        throw StreamWrites.busy();
    }

    /// Deletes a stream that has expired, and completes a deletion: also one that a crash has interrupted.
    void cleanUp(String name) throws InterruptedException {
        String next = name;
        while (next != null) {
            StreamState state = states.get(next);
            if (state == null) {
                times.forget(next); // Another node may have removed it.
                return;
            }
            boolean isOver = state.config().isDeleted();
            if (!isOver && times.hasExpired(state)) {
                markDeleted(next, true);
                isOver = true;
            }
            if (!isOver) return; // The common case needs no lock.
            next = removeDeleted(next);
        }
    }

    /// Removes the data of a deleted stream without forks, then its state.
    ///
    /// @return the stream that it was a fork of; null for none
    private @Nullable String removeDeleted(String name) throws InterruptedException {
        lock(name).writeLock().lock();
        try {
            StreamState state = states.get(name);
            if (state == null || !state.config().isDeleted() || state.hasForks()) return null;
            StreamConfig.Fork fork = state.config().fork();
            if (fork != null) release(fork.source(), name);
            hub.channel(name).delete();
            hub.channel(STATES + name).delete();
            times.forget(name);
            states.forget(name);
            return fork == null ? null : fork.source();
        } finally {
            lock(name).writeLock().unlock();
        }
    }

    /// Removes a fork from those of its source. Needs no lock: the log refuses it if the state has changed.
    private void release(String source, String fork) throws InterruptedException {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            StreamState state = states.getOrRest(source);
            if (state == null || !state.hasFork(fork)) return;
            BatchItem removal = StreamWrites.removal(source, StreamState.FORK, fork, state.latest());
            if (writes.publish(List.of(removal)) instanceof BatchResult.Stored) return;
        }
        throw StreamWrites.busy();
    }

    // --- expiry

    /// Notes that a stream is used, which begins its idle time again; in the log only now and then.
    void access(StreamState state) throws InterruptedException {
        if (state.config().ttlSeconds() == null) return;
        times.touch(state);
        if (!times.isRecordDue(state)) return;
        // Where somebody else changes the state at the same time, the next access is recorded.
        BatchItem record = StreamWrites.state(
                state.name(), StreamState.STREAM, StreamState.STREAM, state.config(), state.latest());
        try {
            writes.publish(List.of(record));
        } catch (LogUnavailableException unwritten) {
            // A read needs no write: this node remembers the access, and the next one is recorded.
        }
    }

    /// Returns when a stream expires; never if there is none or it was deleted.
    long expiryMs(String name) throws InterruptedException {
        StreamState state = states.get(name);
        return state == null || state.config().isDeleted() ? Long.MAX_VALUE : times.expiryMs(state);
    }
}
