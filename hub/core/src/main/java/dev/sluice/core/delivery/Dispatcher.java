package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.PatternTrie;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.cursor.ReadCursor;
import dev.sluice.core.delivery.metrics.LoopMetrics;
import dev.sluice.core.delivery.operator.StreamStatus;
import dev.sluice.core.delivery.operator.TraceStep;
import dev.sluice.core.delivery.schedule.GatheredAppends;
import dev.sluice.core.delivery.schedule.Loop;
import dev.sluice.core.delivery.schedule.PacingPolicy;
import dev.sluice.core.delivery.schedule.ReadCache;
import dev.sluice.core.delivery.schedule.SwapRemoveList;
import dev.sluice.core.delivery.schedule.TimerWheel;
import dev.sluice.core.delivery.stream.ClosedStream;
import dev.sluice.core.delivery.stream.EndCode;
import dev.sluice.core.delivery.stream.EndReason;
import dev.sluice.core.delivery.stream.EventFormat;
import dev.sluice.core.delivery.stream.StreamKind;
import dev.sluice.core.delivery.stream.SubscriptionSpec;
import dev.sluice.core.delivery.stream.Wire;
import dev.sluice.core.delivery.stream.WriteBatch;
import dev.sluice.core.encoding.ByteBuilder;
import dev.sluice.core.encoding.EncodedEvent;
import dev.sluice.core.encoding.SegmentPool;
import dev.sluice.core.encoding.SegmentWriter;
import dev.sluice.core.event.Event;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.HubChannels;
import dev.sluice.core.log.LogReader;
import dev.sluice.core.log.LogWriter;
import dev.sluice.core.log.Read;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The readers of one event loop and the order of their turns. Everything but [#wake] runs on that loop.
///
/// The loop follows the log like a reader: woken once per burst, it asks for the channels that grew and gives
/// each of their readers a turn. Turns are bounded, and so is the time until the loop serves its sockets again.
/// Every connection has one turn per round, sessions included: a reader waits for at most one turn of each
/// other connection.
public final class Dispatcher {
    /// Turns per task of the loop, those of a session's subscribers included. At a few µs each, this keeps the
    /// loop busy for less than a millisecond.
    private static final int TURNS_MAX = 128;

    /// Bytes written per task: with large events or long histories a turn takes some 50 µs.
    private static final int BYTES_MAX = 1 << 20;

    /// Fan-out steps per task: 10 to 50 ns each, so less than half a millisecond.
    static final int FAN_OUT_STEPS_MAX = 8_192;

    /// Nodes of the patterns' trie that are examined to count the readers of a channel: some µs.
    private static final int COUNT_STEPS_MAX = 64;

    /// With the [time for its last frame][StreamReader#LAST_FRAME_MS] added, each stream ends within a minute
    /// after its grant has expired.
    private static final int EXPIRY_SPREAD_MS = 30_000;

    private static final long SLOT_MS = 250;
    private static final int READ_ENTRIES_MAX = 512;
    private static final long READ_BYTES_MAX = WriteBatch.BYTES;

    private final Hub hub;
    private final LogReader log;
    private final Loop loop;
    private final LongSupplier clockMs;
    private final InstantSource wall;
    private final SegmentWriter segments;
    private final ReadCache readCache = new ReadCache();
    private final SubscriptionIndex index = new SubscriptionIndex();
    private final SwapRemoveList<Session> sessions = new SwapRemoveList<>();
    private final ArrayDeque<Reader> ready = new ArrayDeque<>();
    private final FanOut fanOut = new FanOut(index, this::notifyReader);
    private final WriteBatch batch = new WriteBatch();
    private final SharedBatches sharedBatches = new SharedBatches();
    private final SubscriptionInterner interner = new SubscriptionInterner();
    private final PacingPolicy pacing = new PacingPolicy();
    private final ByteBuilder encodeBuffer = new ByteBuilder();
    private final TimerWheel wheel;

    /// Whether a task is scheduled that will see how far the log has grown.
    private final AtomicBoolean isTurnScheduled = new AtomicBoolean();

    /// A single object, because a busy loop schedules it for almost every event.
    private final Runnable turn = this::turn;

    private Cursor followed;

    /// The target position of the running fan-out; null if no fan-out is running.
    private @Nullable Cursor fanOutTarget;

    private boolean isInTurn;

    /// The time of the log's clock when the task began. A task is too short for it to need an update.
    private long taskTimeMs;

    private final LoopMetrics metrics = new LoopMetrics();

    private final SlicedTasks tasks;

    private final Backlog backlog;

    private final GatheredAppends appends;

    /// Delivers the hub's statistics on the same loop; null if the hub has none.
    private final @Nullable Dispatcher statistics;

    Dispatcher(
            Hub hub,
            LogReader log,
            LogWriter writer,
            Loop loop,
            SegmentPool pool,
            LongSupplier clockMs,
            InstantSource wall,
            @Nullable Dispatcher statistics) {
        this.statistics = statistics;
        this.hub = hub;
        this.log = log;
        this.appends = new GatheredAppends(writer, loop);
        this.loop = loop;
        this.clockMs = clockMs;
        this.wall = wall;
        this.segments = new SegmentWriter(pool);
        this.followed = log.head();
        this.backlog = new Backlog(followed);
        this.wheel = new TimerWheel(SLOT_MS, clockMs.getAsLong());
        this.tasks = new SlicedTasks(this, loop, index, sessions);
    }

    /// Called when the log grew, from any thread; a burst of calls schedules one task.
    void wake() {
        if (isTurnScheduled.compareAndSet(false, true)) loop.execute(turn);
    }

    /// Opens a subscriber: registers it and resolves its start position. Call it on this loop.
    ///
    /// @return the subscriber; [close][Subscriber#close] it when the connection goes away, even if it has not
    ///         started
    /// @throws dev.sluice.core.access.AccessDeniedException unless the grant permits the whole selection
    public Subscriber subscribe(
            Grant grant, SubscriptionSpec subscription, Wire wire, SubscribeListener subscribeListener) {
        AccessCheck.subscribe(grant, subscription.selection());
        Dispatcher target = of(subscription.selection());
        return Subscriber.open(target, null, grant, subscription, wire, subscribeListener);
    }

    /// Starts a poll. Call it on this loop; the answer arrives once, on this loop.
    ///
    /// @param limit        the maximum number of events in the answer
    /// @param dataBytesMax no further event is added once the answer has this many bytes of data
    /// @param waitMs       how long to wait for the first event; 0 to answer at once
    /// @param before       for paging back: the newest events before this cursor; null to read up to the head
    /// @param reserve      reserves that many more bytes for the answer and returns whether it could; each event
    ///                     counts as its data and [Poll#EVENT_OVERHEAD_BYTES]
    /// @return the poll; [close][Poll#close] it when the answer is no longer needed
    /// @throws dev.sluice.core.access.AccessDeniedException unless the grant permits the whole selection
    public Poll poll(
            Grant grant,
            SubscriptionSpec subscription,
            int limit,
            long dataBytesMax,
            long waitMs,
            @Nullable Cursor before,
            LongPredicate reserve,
            Consumer<Poll.Result> onAnswer) {
        AccessCheck.subscribe(grant, subscription.selection());
        Dispatcher target = of(subscription.selection());
        return Poll.start(target, grant, subscription, limit, dataBytesMax, waitMs, before, reserve, onAnswer);
    }

    /// The dispatcher of this loop that delivers a selection.
    Dispatcher of(Selection selection) {
        return statistics != null && HubChannels.isStatistics(selection) ? statistics : this;
    }

    /// What this loop publishes in the same turn.
    GatheredAppends appends() {
        return appends;
    }

    /// Runs a task on this loop.
    public void execute(Runnable task) {
        loop.execute(task);
    }

    /// Advances the timers: call it a few times a second.
    public void tick() {
        if (statistics != null) statistics.tick();
        wheel.advance(clockMs.getAsLong());
        wake(); // Timers make readers ready, which needs a turn.
    }

    /// Ends all streams of this loop and answers all waiting polls: the server is stopping.
    public void stop() {
        if (statistics != null) statistics.stop();
        List<Reader> all = new ArrayList<>();
        index.all(all::add); // A copy: ending changes the index.
        for (Reader reader : all) reader.stop(0);
    }

    /// Runs a task on this loop after it has served its sockets.
    void later(Runnable task) {
        loop.after(0, task);
    }

    /// Counts the readers of channels on this loop, by name and by patterns. A reader of several patterns that
    /// match counts for each. Call it on this loop; the caller bounds the number of channels.
    void countReaders(List<ChannelName> channels, AtomicIntegerArray counts) {
        PatternTrie.Search<ReaderSet> search = index.search();
        for (int i = 0; i < channels.size(); i++) {
            int channel = i;
            ReaderSet named = index.named(channels.get(i));
            if (named != null) counts.addAndGet(channel, named.members.size());
            search.begin(channels.get(i));
            for (int step = 0; step < COUNT_STEPS_MAX && !search.isDone(); step++)
                search.step(set -> counts.addAndGet(channel, set.members.size()));
        }
    }

    /// The tasks that find and end the readers of this loop. May be called from any thread.
    SlicedTasks tasks() {
        return tasks;
    }

    /// Ends a reader from outside.
    void dismiss(Reader reader, EndReason.Dismissal reason) {
        try {
            reader.dismiss(reason);
        } catch (RuntimeException failure) {
            failed(reader, failure);
        }
    }

    /// Reports the lowest cursor of this loop, and flushes its segments when all readers are caught up. Called
    /// about once a second.
    void report() {
        backlog.update(followed, clockMs.getAsLong());
        if (backlog.report().subscribers() == 0) segments.flush();
    }

    /// Ends a reader because the server is stopping.
    void stop(Reader reader, long retryAfterMs) {
        try {
            reader.stop(retryAfterMs);
        } catch (RuntimeException failure) {
            failed(reader, failure);
        }
    }

    Backlog backlog() {
        return backlog;
    }

    Hub hub() {
        return hub;
    }

    /// The log without access checks, for readers: their selections were checked when they began.
    LogReader log() {
        return log;
    }

    /// A time after the expiry of a grant at which its stream ends. Streams are spread evenly, because thousands of
    /// clients may have got their tokens together, and come back at once.
    int expiryDelayMs() {
        return hub.random().nextInt(EXPIRY_SPREAD_MS);
    }

    /// Shortens a time at random by up to a fifth, so that streams that began together do not end together.
    long spread(long ms) {
        return ms - hub.random().nextLong(ms / 5 + 1);
    }

    long nowMs() {
        return clockMs.getAsLong();
    }

    /// The loop's batch, emptied, for a subscriber whose batch cannot be shared.
    WriteBatch batch() {
        batch.clear();
        return batch;
    }

    /// The batch shared by subscribers at the same position: already filled, or empty for the caller to fill.
    SharedBatch sharedBatch(ReadPosition position, SubscriptionSpec subscription, Wire wire) {
        return sharedBatches.find(position, subscription, wire);
    }

    /// Counts bytes written in this task.
    ///
    /// @param hasEvents whether the bytes include events. A pause saves no write if they are only answers to
    ///                  publishing clients, because each client waits for its own answer.
    void recordWrite(int bytes, boolean hasEvents) {
        if (bytes == 0) return;
        metrics.bytes += bytes;
        metrics.batches++;
        if (hasEvents) pacing.recordWrite(bytes);
    }

    /// Counts the latency of an event that was written in this task.
    ///
    /// @param liveFrom the head when the reader began: an older event is history, so its age is not a latency
    void recordLatency(Event event, Cursor liveFrom) {
        if (liveFrom.isBefore(event.id())) metrics.latency().add(Math.max(0, taskTimeMs - event.timeMs()));
    }

    /// Work done in this task: turns of subscribers and polls, and reads of the log.
    int steps() {
        return metrics.turns + metrics.reads;
    }

    /// Bytes written in this task.
    long written() {
        return metrics.bytes;
    }

    /// Counts the answer of a poll, with its bytes of data, in this task.
    void recordAnswer(long bytes, int found) {
        metrics.bytes += bytes;
        metrics.batches++;
        metrics.events += found;
        pacing.recordWrite(bytes);
    }

    /// The position up to which the readers of changed channels have been notified.
    Cursor followed() {
        return followed;
    }

    /// Counts a stream that opens.
    ///
    /// @return its [id][StreamStatus#id]
    long opened(StreamKind kind, String transport) {
        hub.streams().opened(kind, transport);
        return hub.operator().nextId(wall.millis());
    }

    /// Counts a stream that closes, whether it is [reported][#ended] or not.
    void closed(StreamKind kind, String transport) {
        hub.streams().ended(kind, transport);
    }

    /// Counts a stream that has ended, and reports it.
    ///
    /// @param last its status at the end
    void ended(ClosedStream stream, StreamStatus last) {
        metrics.count(stream.reason().kind());
        EndCode reason = stream.reason().kind();
        hub.operator().ended(last, reason, wall.millis());
        Tracer.Running traces = tracing();
        if (traces != null) traces.step(new TraceStep.Kind.Closed(reason), last);
        hub.onEnd().accept(stream);
    }

    /// The running traces; null if there are none.
    Tracer.@Nullable Running tracing() {
        return hub.tracer().running();
    }

    LoopMetrics metrics() {
        return metrics;
    }

    TimerWheel.Timer at(long atMs, TimerWheel.Callback callback) {
        return wheel.at(atMs, callback);
    }

    void add(TimerWheel.Timer timer) {
        wheel.add(timer);
    }

    /// How long a client may accept nothing while bytes are pending.
    long stallMs() {
        return hub.settings().stall().toMillis();
    }

    /// An equal subscription shared by all subscribers of this loop, without the start position.
    SubscriptionSpec intern(SubscriptionSpec subscription) {
        return interner.intern(subscription);
    }

    void join(Selection selection, Reader reader) {
        index.join(selection, reader);
        hub.readers().joined(selection, reader);
    }

    void join(Session session) {
        sessions.add(session);
    }

    void leave(Session session) {
        sessions.remove(session);
    }

    void leave(Selection selection, Reader reader) {
        index.leave(selection, reader);
        hub.readers().left(selection, reader);
    }

    /// Queues a connection for its turn.
    void ready(Reader reader) {
        if (reader.isQueued) return;
        reader.isQueued = true;
        ready.add(reader);
        if (!isInTurn) wake();
    }

    Read read(ReadCursor place, Selection selection, Filter filter) {
        metrics.reads++;
        // Outside a turn, as for a poll that has just arrived, a cached read would be stale.
        Read cached = isInTurn ? readCache.find(place, selection, filter) : null;
        if (cached != null) return cached;
        Read read = log.read(place, selection, filter, READ_ENTRIES_MAX, READ_BYTES_MAX);
        metrics.readCacheMisses++;
        if (read instanceof Read.Pending) metrics.coldReads++;
        if (isInTurn) readCache.add(place, selection, filter, read);
        return read;
    }

    /// An event's bytes, encoded unless they are cached. Valid for this task of the loop.
    public EncodedEvent encoded(Event event, EventFormat format) {
        EncodedEvent cached = event.encoded(format.formatId());
        if (cached != null) return cached;
        metrics.encodes++;
        format.event(event, encodeBuffer.clear());
        EncodedEvent encoded = segments.write(format.formatId(), event.position(), encodeBuffer);
        event.cache(encoded);
        return encoded;
    }

    private void turn() {
        long nowNs = loop.nowNs();
        long pauseNs = pacing.pauseNs(nowNs, log.head());
        if (pauseNs > 0) {
            loop.after(pauseNs, turn);
            return;
        }
        isInTurn = true;
        taskTimeMs = wall.millis();
        try {
            // Growth during a round belongs to the next round: otherwise a round would never end, and each event
            // would cost a separate write.
            if (!pacing.isRoundActive() && follow()) pacing.beginRound(nowNs, ready.size());
            long bytesEnd = metrics.bytes + BYTES_MAX; // Polls may have been answered since the last task.
            while (pacing.isRoundActive() && metrics.turns < TURNS_MAX && metrics.bytes < bytesEnd) {
                pacing.countTurn();
                Reader reader = ready.remove();
                reader.isQueued = false;
                if (turn(reader)) ready(reader);
            }
        } finally {
            isInTurn = false;
            // The log grows, so neither entries nor addresses of segments are kept for the next task.
            readCache.clear();
            sharedBatches.clear();
            batch.clear();
            if (fanOutTarget == null && !pacing.isRoundActive()) pacing.endRound(loop.nowNs(), log.head());
            metrics.endTask();
            scheduleNextTurn();
        }
    }

    /// Schedules the rest of a round, and the round for what the log gained during it. Uses a later task,
    /// because loops run all waiting tasks before they serve their sockets: new clients would wait for thousands
    /// of writes, and the kernel refuses connections beyond its backlog.
    private void scheduleNextTurn() {
        if (ready.isEmpty() && fanOutTarget == null) {
            isTurnScheduled.set(false); // First: growth from here on schedules a new turn.
            if (!followed.isBefore(log.head()) || !isTurnScheduled.compareAndSet(false, true)) return;
        }
        loop.after(0, turn);
    }

    /// Gives a reader its turn. A reader that fails is closed and the failure reported to the loop; the other
    /// readers must not suffer.
    ///
    /// @return true if the reader has more to do and may continue at once
    boolean turn(Reader reader) {
        metrics.turns++;
        try {
            return reader.turn();
        } catch (RuntimeException failure) {
            failed(reader, failure);
            return false;
        }
    }

    private void failed(Reader reader, RuntimeException failure) {
        reader.onFailure();
        loop.execute(() -> {
            throw failure;
        });
    }

    /// @return true if all readers of changed channels have been notified; until then no reader has a turn
    private boolean follow() {
        if (fanOutTarget == null) {
            Cursor head = log.head();
            if (!followed.isBefore(head)) return true;
            fanOutTarget = index.isEmpty() ? head : fanOut.begin(log, followed);
        }
        if (!fanOut.run(FAN_OUT_STEPS_MAX)) return false;
        followed = fanOutTarget;
        fanOutTarget = null;
        return true;
    }

    private void notifyReader(Reader reader) {
        reader.hasChanges = true;
        reader.ready(this);
    }
}
