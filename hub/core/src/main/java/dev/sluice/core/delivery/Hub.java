package dev.sluice.core.delivery;

import dev.sluice.core.access.AccessDeniedException;
import dev.sluice.core.access.Grant;
import dev.sluice.core.access.Verb;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.delivery.channel.ChannelEnds;
import dev.sluice.core.delivery.channel.ChannelListing;
import dev.sluice.core.delivery.channel.ChannelPolicy;
import dev.sluice.core.delivery.channel.ChannelWriter;
import dev.sluice.core.delivery.channel.CreatedChannels;
import dev.sluice.core.delivery.channel.DeletionOutcome;
import dev.sluice.core.delivery.channel.GrantWatches;
import dev.sluice.core.delivery.channel.HubSettings;
import dev.sluice.core.delivery.channel.RecordFeed;
import dev.sluice.core.delivery.metrics.HubMetrics;
import dev.sluice.core.delivery.metrics.StreamCounts;
import dev.sluice.core.delivery.operator.OperationListener;
import dev.sluice.core.delivery.schedule.Loop;
import dev.sluice.core.delivery.stream.ClosedStream;
import dev.sluice.core.encoding.SegmentPool;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.Event;
import dev.sluice.core.lease.LeaseResult;
import dev.sluice.core.lease.Leases;
import dev.sluice.core.lease.Renewal;
import dev.sluice.core.log.AppendListener;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ChannelScan;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.HubChannels;
import dev.sluice.core.log.Lag;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.LogWriter;
import dev.sluice.core.log.PendingAppend;
import dev.sluice.core.log.Publication;
import dev.sluice.core.log.Registration;
import dev.sluice.core.metrics.AppendCount;
import dev.sluice.core.metrics.Counters;
import dev.sluice.core.metrics.Distribution;
import dev.sluice.core.peers.Peers;
import dev.sluice.core.search.EventScan;
import dev.sluice.core.search.ScanRange;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A log and the event loops that deliver it. May be used from any thread.
///
/// The only access to the log for servers and programs. Every method that reads, appends or deletes takes a
/// [Grant], here and in [Dispatcher#subscribe], [Dispatcher#poll] and [Session#subscribe], and throws
/// [AccessDeniedException] before it has any effect.
///
/// ```
/// publisher ──► Hub ──► log ──head moved──► each loop's Dispatcher ──turn──► Subscriber ──► Sink
/// ```
public final class Hub implements AutoCloseable {
    /// The maximum number of channels examined for one [page][#channels], unless the grant permits listing all
    /// channels.
    private static final int LISTED_MAX = 1_000;

    static final Pattern ALL_CHANNELS = Pattern.of("**");

    private final Log log;
    private final LogWriter writer;
    private final ChannelWriter channelWriter;
    private final ChannelEnds ends;
    private final CreatedChannels created;
    private final Leases leases;
    private final HubSettings settings;
    private final GrantWatches publishers = new GrantWatches();
    private final RandomGenerator random;
    private final Consumer<ClosedStream> onEnd;
    private final @Nullable Hub statistics;
    private final ReaderCount readers;
    private final StreamCounts streams;
    private final StreamOperator operator;
    private final Tracer tracer;
    private final SegmentPool segments;
    private final List<Dispatcher> dispatchers;
    private final List<Registration> wakeUps;
    private volatile OperationListener operations = OperationListener.NONE;

    /// @param loops   the event loops on which readers run
    /// @param clockMs milliseconds of a clock that never goes back, for timers
    /// @param wall    the clock of the log, for the latency of events
    /// @param random  spreads what would otherwise happen to many clients at once; may be used from any thread
    /// @param onEnd   called once for each stream that ends, on its event loop: it must not block
    public Hub(
            Log log,
            HubSettings settings,
            List<? extends Loop> loops,
            LongSupplier clockMs,
            InstantSource wall,
            RandomGenerator random,
            Consumer<ClosedStream> onEnd) {
        this(log, settings, loops, clockMs, wall, random, onEnd, null);
    }

    /// Also delivers the hub's statistics, which are in a separate log.
    ///
    /// @param statistics on the same loops, with [HubChannels#STATS] and the channels below it, maintained and
    ///                   closed with this hub; null if there are no statistics
    public Hub(
            Log log,
            HubSettings settings,
            List<? extends Loop> loops,
            LongSupplier clockMs,
            InstantSource wall,
            RandomGenerator random,
            Consumer<ClosedStream> onEnd,
            @Nullable Hub statistics) {
        this.log = log;
        this.statistics = statistics;
        this.readers = new ReaderCount(statistics == null ? null : statistics.readers);
        this.streams = statistics == null ? new StreamCounts() : statistics.streams;
        this.writer = log.writer();
        this.settings = settings;
        this.random = random;
        this.onEnd = onEnd;
        this.operator = new StreamOperator(this, statistics == null ? null : statistics.operator);
        this.tracer = new Tracer(this, clockMs, wall);
        this.segments = new SegmentPool(settings.encodedBytes(), loops);
        this.dispatchers = IntStream.range(0, loops.size())
                .mapToObj(i -> new Dispatcher(
                        this,
                        log.reader(),
                        writer,
                        loops.get(i),
                        segments,
                        clockMs,
                        wall,
                        statistics == null ? null : statistics.dispatchers.get(i)))
                .toList();
        this.wakeUps = dispatchers.stream()
                .map(dispatcher -> log.onHeadMoved(dispatcher::wake))
                .toList();
        this.ends = new ChannelEnds(log, loops.getFirst());
        this.created = new CreatedChannels(log);
        this.leases = new Leases(log, clockMs, !log.peers().self().isEmpty());
        this.channelWriter = new ChannelWriter(writer, created, leases);
    }

    /// Appends an event to the log; the publisher never waits for readers. The event is from the grant's principal,
    /// unless the draft names another publisher, and an idempotency key counts among those of the principal.
    ///
    /// @throws AccessDeniedException unless the grant permits it
    public CompletionStage<AppendResult> publish(Grant grant, Publication publication) {
        AccessCheck.publish(grant, publication.draft());
        Tracer.Running traces = tracer.running();
        return reported(grant, publication, traces, channelWriter.append(grant, publication.of(grant.principal())));
    }

    /// Publishes an event that gives its channel a lease, or renews it: both or nothing.
    ///
    /// @param caller null if the lease counts for no caller; see [Leases#heldBy]
    /// @param on     as in [#publish(Grant, Publication, Dispatcher, AppendListener)]; null on other threads
    /// @throws AccessDeniedException    unless the grant permits it
    /// @throws IllegalArgumentException if the channel can have no lease, or the duration is out of bounds
    public CompletionStage<AppendResult> publish(
            Grant grant, Publication publication, Duration lease, @Nullable Object caller, @Nullable Dispatcher on) {
        AccessCheck.publish(grant, publication.draft());
        Renewal renewal = leases.begin(publication.draft().channel(), lease, caller);
        Tracer.Running traces = tracer.running();
        CompletionStage<AppendResult> outcome = channelWriter.append(
                grant, publication.of(grant.principal()), renewal, on == null ? null : on.appends());
        return reported(grant, publication, traces, outcome);
    }

    /// Renews the lease of a channel without an event.
    ///
    /// @throws AccessDeniedException unless the grant permits to publish there
    public CompletionStage<LeaseResult> renew(Grant grant, ChannelName channel, Duration lease) {
        grant.require(Verb.PUBLISH, channel);
        return leases.renew(channel, lease);
    }

    /// Gives up the lease of a channel, which continues without one. Does nothing if it has none.
    ///
    /// @throws AccessDeniedException unless the grant permits to publish there
    public CompletionStage<?> release(Grant grant, ChannelName channel) {
        grant.require(Verb.PUBLISH, channel);
        return leases.end(channel);
    }

    /// The leases of channels.
    public Leases leases() {
        return leases;
    }

    /// Publishes for one of many publishers on an event loop. The log receives everything that they publish in
    /// the same turn at once. Call it on that loop.
    ///
    /// @throws AccessDeniedException unless the grant permits it; then the listener is not called
    public void publish(Grant grant, Publication publication, Dispatcher on, AppendListener listener) {
        AccessCheck.publish(grant, publication.draft());
        Tracer.Running traces = tracer.running();
        Publication scoped = publication.of(grant.principal());
        if (traces == null && !publication.draft().ends()) { // The common case: no stages are needed.
            channelWriter.append(grant, scoped, on.appends(), listener);
            return;
        }
        CompletableFuture<AppendResult> outcome = new CompletableFuture<>();
        channelWriter.append(grant, scoped, on.appends(), PendingAppend.completing(outcome));
        reported(grant, publication, traces, outcome).whenComplete(listener::appended);
    }

    /// @param traces the traces that ran when the publish began; null if there were none
    private CompletionStage<AppendResult> reported(
            Grant grant,
            Publication publication,
            Tracer.@Nullable Running traces,
            CompletionStage<AppendResult> appended) {
        CompletionStage<AppendResult> outcome = appended;
        if (traces != null) outcome = traces.published(publication.draft().channel(), outcome);
        return publication.draft().ends() ? outcome.whenComplete(closing(grant, publication)) : outcome;
    }

    /// Reports the end of a channel, if this publication was the one that ended it. Its lease ends with it.
    private BiConsumer<@Nullable AppendResult, @Nullable Throwable> closing(Grant grant, Publication publication) {
        return (outcome, _) -> {
            if (!(outcome instanceof AppendResult.Placed)) return;
            ChannelName channel = publication.draft().channel();
            leases.end(channel);
            operations.channelClosed(grant, channel);
        };
    }

    /// Appends several events one after the other, or none of them.
    ///
    /// @throws AccessDeniedException unless the grant permits all of them
    public CompletionStage<AppendResult.Batch> publishAll(Grant grant, List<Publication> publications) {
        List<Publication> scoped = new ArrayList<>(publications.size());
        boolean ends = false;
        for (Publication each : publications) {
            AccessCheck.publish(grant, each.draft());
            scoped.add(each.of(grant.principal()));
            ends |= each.draft().ends();
        }
        Tracer.Running traces = tracer.running();
        CompletionStage<AppendResult.Batch> outcome = channelWriter.appendAll(grant, scoped);
        if (traces != null) outcome = traces.publishedAll(publications, outcome);
        return ends ? outcome.whenComplete((batch, _) -> reportClosings(grant, publications, batch)) : outcome;
    }

    private void reportClosings(Grant grant, List<Publication> publications, AppendResult.@Nullable Batch batch) {
        if (!(batch instanceof AppendResult.Batch.All(List<AppendResult> each))) return;
        for (int i = 0; i < each.size(); i++) {
            Publication publication = publications.get(i);
            if (publication.draft().ends()) closing(grant, publication).accept(each.get(i), null);
        }
    }

    /// Calls `onEnd` once, on any thread, when a channel to which the caller publishes has ended, or at
    /// once if it already has.
    ///
    /// @throws AccessDeniedException unless the grant permits to publish there
    public Registration watchEnd(Grant grant, ChannelName channel, Runnable onEnd) {
        grant.require(Verb.PUBLISH, channel);
        return ends.watch(channel, onEnd);
    }

    /// Watches the grant of a caller that keeps publishing. `onRevoked` is called once, on any thread, when the
    /// grant is [revoked][#revoke]. It must not block.
    public Registration watchGrant(Grant grant, Runnable onRevoked) {
        return publishers.watch(grant, onRevoked);
    }

    /// Deletes a channel: see [Log#delete].
    ///
    /// @throws AccessDeniedException unless the grant permits it
    public CompletionStage<Boolean> delete(Grant grant, ChannelName channel) {
        grant.require(Verb.DELETE, channel);
        return channelWriter.delete(channel).whenComplete((deleted, _) -> {
            if (Boolean.TRUE.equals(deleted)) operations.channelDeleted(grant, channel);
        });
    }

    /// Deletes some of the channels that a caller deletes together; the caller reports all of them with
    /// [#reportDeletion]. The caller bounds the number of channels.
    ///
    /// @return a stage that never fails, and completes once each deletion has succeeded or failed
    /// @throws AccessDeniedException unless the grant permits all of it; then nothing is deleted
    public CompletionStage<DeletionOutcome> deleteAll(Grant grant, List<ChannelName> channels) {
        for (ChannelName each : channels) grant.require(Verb.DELETE, each);
        return channelWriter.deleteAll(channels);
    }

    /// Reports that a caller deleted the channels that match a pattern.
    public void reportDeletion(Grant grant, Pattern channels, long count) {
        operations.channelsDeleted(grant, channels, count);
    }

    /// Erases the data of an event: see [Log#forget].
    ///
    /// @throws AccessDeniedException unless the grant permits it
    public CompletionStage<Boolean> forget(Grant grant, ChannelName channel, Cursor id) {
        grant.require(Verb.DELETE, channel);
        return writer.forget(channel, id).whenComplete((erased, _) -> {
            if (Boolean.TRUE.equals(erased)) operations.dataErased(grant, channel, "id=" + id.text());
        });
    }

    /// Erases the data of the events of a key: see [Log#forgetKey].
    ///
    /// @throws AccessDeniedException unless the grant permits it
    public CompletionStage<Integer> forgetKey(Grant grant, ChannelName channel, String key) {
        grant.require(Verb.DELETE, channel);
        return writer.forgetKey(channel, key).whenComplete((erased, _) -> {
            if (erased != null && erased > 0) operations.dataErased(grant, channel, "key=" + key);
        });
    }

    /// The current state of a channel; the state of an empty channel if no channel has this name.
    ///
    /// @throws AccessDeniedException unless the grant permits to subscribe to it, or to operate the hub for the
    /// hub's own channels
    public ChannelState channel(Grant grant, ChannelName channel) {
        AccessCheck.subscribe(grant, Pattern.of(channel.value()));
        return of(channel).log.channel(channel);
    }

    /// Opens a scan through the events of a selection.
    ///
    /// @throws AccessDeniedException unless the grant permits to subscribe to the whole selection
    public CompletionStage<EventScan> scan(Grant grant, ScanRange range) {
        AccessCheck.subscribe(grant, range.selection());
        Hub hub = statistics != null && HubChannels.isStatistics(range.selection()) ? statistics : this;
        return EventScan.open(hub.log.reader(), range);
    }

    private Hub of(ChannelName channel) {
        return statistics != null && HubChannels.isStatistics(channel) ? statistics : this;
    }

    /// The channels that keep entries and that the grant permits listing, in the order of their names. The
    /// caller cannot tell the others from channels that do not exist. Examines a bounded number of channels.
    ///
    /// @param after lists only names after this one; null to list all
    /// @throws AccessDeniedException if the grant does not permit listing any channel
    public ChannelListing channels(Grant grant, @Nullable ChannelName after, int max) {
        if (!grant.permitsAny(Verb.LIST)) grant.require(Verb.LIST, ALL_CHANNELS);
        int examinedMax = grant.permits(Verb.LIST, ALL_CHANNELS) ? max : LISTED_MAX;
        List<ChannelState> examined = log.channels(after, examinedMax);
        List<ChannelState> found = new ArrayList<>();
        for (ChannelState state : examined) {
            if (!grant.permits(Verb.LIST, state.name())) continue;
            found.add(state);
            if (found.size() == max) return new ChannelListing(found, state.name());
        }
        boolean isLast = examined.size() < examinedMax;
        return new ChannelListing(found, isLast ? null : examined.getLast().name());
    }

    /// Ends all streams and polls whose grants are revoked, on all event loops: those that run and those that are
    /// being opened. Publishers that [watch][#watchGrant] their grants are notified before this returns.
    ///
    /// Readers that are opened later are not affected. So the caller must stop issuing such grants before this
    /// call, and each grant must be used in the same task of the event loop in which it was issued.
    ///
    /// @param isRevoked called on the event loops, once or more for each reader: it must not block, and may be used
    ///                  from several threads
    /// @return the number of streams, polls and publishers that ended, once the end of all is decided; their last
    ///         frames follow in the next turns
    public CompletionStage<Integer> revoke(Predicate<Grant> isRevoked) {
        int notified = publishers.revoke(isRevoked);
        return total(
                notified,
                allDispatchers()
                        .map(dispatcher -> dispatcher.tasks().revoke(isRevoked))
                        .toList());
    }

    /// Ends all streams and polls that their grants no longer permit, because the rules that the grants derive from
    /// have changed ([Grant#unless], [Grant#limitedBy]); all others continue. As in [#revoke], the changed rules
    /// must apply before this call.
    ///
    /// @return the number of streams, polls and publishers that ended, once the end of all is decided
    public CompletionStage<Integer> review() {
        int notified = publishers.revoke(Grant::isRevoked);
        return total(
                notified,
                allDispatchers().map(dispatcher -> dispatcher.tasks().review()).toList());
    }

    private static CompletionStage<Integer> total(int notified, List<CompletableFuture<Integer>> ended) {
        return CompletableFuture.allOf(ended.toArray(CompletableFuture<?>[]::new))
                .thenApply(_ -> notified
                        + ended.stream().mapToInt(CompletableFuture::join).sum());
    }

    /// Ends all streams and polls, spread evenly over a time, so that their clients do not all come back at
    /// once. Does not affect new ones: the caller refuses them.
    ///
    /// @param lead         the time before the first end
    /// @param over         the time from the first end to the last
    /// @param retryAfterMs when a client should come back, a different time for each client; called on the event
    ///                     loops
    /// @return the number of streams and polls, once the end of all is decided
    public CompletionStage<Integer> drain(Duration lead, Duration over, LongSupplier retryAfterMs) {
        List<CompletableFuture<Integer>> ended = allDispatchers()
                .map(dispatcher -> dispatcher.tasks().drain(lead, over, retryAfterMs))
                .toList();
        return CompletableFuture.allOf(ended.toArray(CompletableFuture<?>[]::new))
                .thenApply(_ -> ended.stream().mapToInt(CompletableFuture::join).sum());
    }

    /// Reports that a caller began to drain the hub.
    ///
    /// @throws AccessDeniedException unless the grant permits to operate the hub
    public void reportDrain(Grant grant, Duration over) {
        grant.require(Verb.ADMIN, ALL_CHANNELS);
        operations.drained(grant, over);
    }

    /// Reports that a caller reloaded the configuration.
    ///
    /// @param confirmed whether the caller confirmed that changed retention rules may delete kept events
    public void reportReload(Grant grant, boolean confirmed) {
        operations.reloaded(grant, confirmed);
    }

    /// The dispatchers of this hub and those of its statistics.
    Stream<Dispatcher> allDispatchers() {
        return Stream.concat(dispatchers.stream(), statistics == null ? Stream.of() : statistics.dispatchers.stream());
    }

    OperationListener operations() {
        return operations;
    }

    /// Counts the channels that each caller creates from now on, and limits them.
    public void limitChannels(ChannelPolicy policy) {
        created.limit(policy);
    }

    public CreatedChannels created() {
        return created;
    }

    /// Sets the listener that is notified of what callers destroy or end from now on.
    public void reportTo(OperationListener listener) {
        operations = listener;
    }

    /// Passes all events of a channel for operators to a consumer, oldest first. Blocks, so it is only for the
    /// start of a server.
    public void readRecords(ChannelName channel, Consumer<Event> events) {
        if (!HubChannels.isForOperators(channel))
            throw new IllegalArgumentException("'" + channel + "' is not a channel for operators");
        ChannelScan.read(log, channel, Filter.NONE, events);
    }

    /// Passes all events of a channel for operators to consumers, each at least once, including those that other
    /// nodes record. Blocks until the existing events are passed on. Close the feed before the log.
    ///
    /// @param first     receives the existing events, on the thread of the caller
    /// @param events    receives all later ones, on a thread of the feed; it may block
    /// @param onFailure called when the log could not be read; the feed tries again with the next append
    public RecordFeed followRecords(
            ChannelName channel, Consumer<Event> first, Consumer<Event> events, Consumer<RuntimeException> onFailure) {
        if (!HubChannels.isForOperators(channel))
            throw new IllegalArgumentException("'" + channel + "' is not a channel for operators");
        return new RecordFeed(log.reader(), channel, first, events, onFailure);
    }

    /// Appends an event to a channel for operators.
    public CompletionStage<AppendResult> record(ChannelName channel, String type, Content content) {
        return record(channel, type, content, Conditions.NONE);
    }

    /// Appends an event to a channel for operators, at most once if it is repeated with the same key within the
    /// time for which the log remembers keys.
    ///
    /// @param key as of an idempotency key
    public CompletionStage<AppendResult> record(ChannelName channel, String type, Content content, String key) {
        var idempotency = new Conditions.Idempotency(channel.value(), key, type);
        return record(channel, type, content, new Conditions(idempotency, new Conditions.Newest.Any()));
    }

    private CompletionStage<AppendResult> record(
            ChannelName channel, String type, Content content, Conditions conditions) {
        if (!HubChannels.isForOperators(channel))
            throw new IllegalArgumentException("'" + channel + "' is not a channel for operators");
        return writer.append(new Publication(Draft.event(channel, type, content), conditions));
    }

    /// The cursor after the last entry of the log.
    public Cursor head() {
        return log.head();
    }

    /// The cursor after the last entry of the log that has a channel.
    public Cursor head(ChannelName channel) {
        return of(channel).log.head();
    }

    /// Passes the events after a cursor, of all channels without reserved names, to a consumer for statistics:
    /// only events that are in memory, and at most `max`. Events that were left out are not passed on later.
    public EventSample follow(Cursor after, int max, Consumer<Event> events) {
        return EventSample.read(log, after, max, events);
    }

    /// Whether a channel has lost events after a cursor, for statistics.
    public boolean hasLost(ChannelName channel, Cursor after) {
        return EventSample.hasLost(log, channel, after);
    }

    /// The number of readers that each channel has now, by name and by patterns, in the order of the channels.
    /// The caller bounds the number of channels.
    public CompletionStage<AtomicIntegerArray> readersOf(List<ChannelName> channels) {
        AtomicIntegerArray counts = new AtomicIntegerArray(channels.size());
        CompletableFuture<?>[] counted = dispatchers.stream()
                .map(each -> CompletableFuture.runAsync(() -> each.countReaders(channels, counts), each::execute))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(counted).thenApply(_ -> counts);
    }

    /// Why the log accepts no appends until it is opened again: see [Log#failure].
    public @Nullable String failure() {
        return log.failure();
    }

    /// The other nodes of its cluster.
    public Peers peers() {
        return log.peers();
    }

    /// Why clients should use another node for now: see [Log#notReady].
    public @Nullable String notReady() {
        return log.notReady();
    }

    public HubSettings settings() {
        return settings;
    }

    /// The readers connected now, on all event loops.
    public ReaderCount readers() {
        return readers;
    }

    /// The counts of all event loops so far. May be called from any thread.
    public HubMetrics metrics() {
        List<Backlog.Report> backlogs = dispatchers.stream()
                .map(dispatcher -> dispatcher.backlog().report())
                .toList();
        return new HubMetrics(
                outcomes(),
                Counters.sum(dispatchers.stream()
                        .map(dispatcher -> dispatcher.metrics().counts())
                        .toList()),
                Counters.sum(dispatchers.stream()
                        .map(dispatcher -> dispatcher.metrics().ends())
                        .toList()),
                streams.read(),
                Distribution.sum(dispatchers.stream()
                        .map(dispatcher -> dispatcher.metrics().latency().read())
                        .toList()),
                backlogs.stream().mapToInt(Backlog.Report::subscribers).sum(),
                backlogs.stream()
                        .map(Backlog.Report::furthest)
                        .max(Comparator.comparingLong(Lag::events))
                        .orElse(Lag.NONE),
                backlogs.stream().mapToLong(Backlog.Report::longestMs).max().orElse(0),
                log.status(),
                log.replication());
    }

    /// The outcomes that the log decided, and those that this hub decided.
    private Map<AppendCount, Long> outcomes() {
        Map<AppendCount, Long> outcomes = new EnumMap<>(AppendCount.class);
        outcomes.putAll(log.outcomes());
        outcomes.put(AppendCount.REFUSED_CHANNEL_SHARE, created.refused());
        return outcomes;
    }

    /// The streams that are open, for operators.
    public StreamOperator operator() {
        return operator;
    }

    /// The traces of this hub, for operators.
    public Tracer tracer() {
        return tracer;
    }

    StreamCounts streams() {
        return streams;
    }

    RandomGenerator random() {
        return random;
    }

    Consumer<ClosedStream> onEnd() {
        return onEnd;
    }

    /// Native memory that encoded events hold now, in bytes.
    public long encodedBytes() {
        return segments.heldBytes();
    }

    /// The dispatchers, in the order of the loops.
    public List<Dispatcher> dispatchers() {
        return dispatchers;
    }

    /// Maintains the log, and releases the memory of events that all readers have passed. Call it about once a
    /// second, but never on an event loop.
    public void maintain() {
        if (statistics != null) statistics.maintain();
        log.maintain();
        leases.maintain();
        tracer.maintain(log.synced());
        for (Dispatcher dispatcher : dispatchers) dispatcher.execute(dispatcher::report);
        dispatchers.stream()
                .mapToLong(dispatcher -> dispatcher.backlog().report().lowest().position())
                .min()
                .ifPresent(segments::releaseUpTo);
    }

    /// Stops following the log, but does not close it.
    @Override
    public void close() {
        if (statistics != null) statistics.close();
        wakeUps.forEach(Registration::close);
        ends.close();
        created.close();
    }
}
