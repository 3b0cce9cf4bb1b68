package dev.sluice.core.lease;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.ChannelScan;
import dev.sluice.core.log.ChannelState;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.core.log.Filter;
import dev.sluice.core.log.HubChannels;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Publication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The leases of channels. An author takes one with a publish and renews it; when it expires, the hub ends the
/// channel with a last will, so that readers do not wait for an author that is gone.
///
/// ```
/// publish ──► [event, record] ──► log        tick: expired? ──► [record if it is the newest, will] ──► log
/// renewal ──► memory, or a record if this node did not write the newest one, or long ago
/// ```
/// The log keeps that a channel has a lease, for how long, and at which record; renewals are in memory. So a lease
/// has its whole duration again after a restart. The log decides all races: the last will is one atomic batch with a
/// condition on the newest record, so that it is refused if any node has written another record since, if the
/// channel has ended, or if it was deleted. In a cluster every node watches every lease, and those that do not own it
/// wait longer ([ChannelLease]); so the lease of a node that is gone expires on the others, and no node has to be
/// elected.
///
/// May be used from any thread; nothing blocks except [#open] and [#maintain].
public final class Leases {
    public static final Duration MIN = Duration.ofSeconds(1);
    public static final Duration MAX = Duration.ofHours(1);

    private static final int PAGE = 1_000;

    private final Log log;
    private final LongSupplier elapsedMs;
    private final boolean isShared;
    private final Map<ChannelName, ChannelLease> leases = new ConcurrentHashMap<>();
    private final Map<Object, Integer> heldBy = new ConcurrentHashMap<>();
    private final LeaseTimers timers = new LeaseTimers();
    private volatile int max = Integer.MAX_VALUE;
    private volatile BiConsumer<ChannelName, RuntimeException> unreadable = (_, _) -> {};

    /// The head up to which [#maintain] has taken over records of other nodes. Only for the thread that maintains.
    private @Nullable Cursor learnedUpTo;

    /// @param elapsedMs a monotonic clock in milliseconds
    /// @param isShared  whether several nodes keep the log
    public Leases(Log log, LongSupplier elapsedMs, boolean isShared) {
        this.log = log;
        this.elapsedMs = elapsedMs;
        this.isShared = isShared;
    }

    /// Takes over the leases that the log has; each has its whole duration from now on. Blocks.
    ///
    /// @param max        the maximum number of leases
    /// @param unreadable receives each channel whose lease cannot be read, and why, now and later
    public void open(int max, BiConsumer<ChannelName, RuntimeException> unreadable) {
        this.max = max;
        this.unreadable = unreadable;
        learnedUpTo = log.head();
        learnAll();
    }

    /// The number of leases that may still begin. Callers refuse further ones; [#begin] does not.
    public int free() {
        return Math.max(0, max - leases.size());
    }

    public int count() {
        return leases.size();
    }

    public int max() {
        return max;
    }

    /// The number of leases that a caller has begun and that are in force.
    public int heldBy(Object caller) {
        return heldBy.getOrDefault(caller, 0);
    }

    public boolean has(ChannelName channel) {
        return leases.containsKey(channel);
    }

    /// How long a lease lasts unless it is renewed; 0 if the channel has none.
    public long remainingMs(ChannelName channel) {
        ChannelLease lease = leases.get(channel);
        return lease == null ? 0 : Math.max(0, lease.dueMs() - elapsedMs.getAsLong());
    }

    /// The longest name of a channel that can have a lease, in bytes.
    public static int nameBytesMax() {
        return ChannelName.BYTES_MAX - HubChannels.LEASES.length();
    }

    /// Begins a publish that gives a channel a lease, or renews it.
    ///
    /// @param caller null if the lease counts for no caller
    /// @throws IllegalArgumentException if the channel can have no lease, or the duration is out of bounds
    public Renewal begin(ChannelName channel, Duration duration, @Nullable Object caller) {
        ChannelName record = LeaseRecord.find(channel);
        if (record == null) {
            throw new IllegalArgumentException("a channel with a lease has a name of at most " + nameBytesMax()
                    + " bytes, without '$' at the start of a segment");
        }
        if (duration.compareTo(MIN) < 0 || duration.compareTo(MAX) > 0) {
            throw new IllegalArgumentException("a lease lasts from 1 second to 1 hour, not " + duration);
        }
        while (true) {
            ChannelLease lease = find(channel, record, duration, caller);
            ChannelLease.Begin begun = lease.publish(duration, elapsedMs.getAsLong());
            if (begun != ChannelLease.Begin.OVER) return new Renewal(this, lease, duration, begun);
        }
    }

    private ChannelLease find(ChannelName channel, ChannelName record, Duration duration, @Nullable Object caller) {
        ChannelLease known = leases.get(channel);
        if (known != null) return known;
        return leases.computeIfAbsent(channel, _ -> {
            if (caller != null) heldBy.merge(caller, 1, Integer::sum);
            return new ChannelLease(channel, record, caller, duration.toMillis(), isShared);
        });
    }

    /// A publish has ended.
    ///
    /// @param id        of the record that it placed; null if it placed none
    /// @param isRefused whether the log has refused it
    /// @param isUnknown whether the outcome is unknown
    void published(ChannelLease lease, Duration duration, @Nullable Cursor id, boolean isRefused, boolean isUnknown) {
        if (id != null) record(lease.channel, lease.record, duration, id, true);
        boolean isUnused = lease.published(isRefused, elapsedMs.getAsLong());
        if (!isUnused) return;
        if (isUnknown) timers.changed(lease); // The record may be in the log: the timer looks.
        else remove(lease);
    }

    private void record(ChannelName channel, ChannelName record, Duration duration, Cursor id, boolean isOwn) {
        while (true) {
            ChannelLease lease = find(channel, record, duration, null);
            if (!lease.record(id, duration, isOwn, elapsedMs.getAsLong())) continue;
            timers.changed(lease);
            return;
        }
    }

    /// Renews a lease without a publish. The stage fails if the outcome is unknown.
    public CompletionStage<LeaseResult> renew(ChannelName channel, Duration duration) {
        ChannelName record = LeaseRecord.find(channel);
        Cursor end = log.channel(channel).end();
        if (end != null) return CompletableFuture.completedStage(new LeaseResult.Ended(end));
        if (record == null) return CompletableFuture.completedStage(new LeaseResult.None());
        ChannelLease lease = leases.get(channel);
        ChannelLease.Begin begun =
                lease == null ? ChannelLease.Begin.OVER : lease.publish(duration, elapsedMs.getAsLong());
        if (lease != null && begun != ChannelLease.Begin.OVER) lease.published(false, elapsedMs.getAsLong());
        if (begun == ChannelLease.Begin.RECORDED) return CompletableFuture.completedStage(new LeaseResult.Renewed());
        Cursor newest = log.channel(record).latest();
        if (newest == null) return CompletableFuture.completedStage(new LeaseResult.None());
        Publication renewal = LeaseRecord.granted(record, duration, new Newest.Is(newest.text()));
        return log.append(renewal).thenCompose(outcome -> switch (outcome) {
            case AppendResult.Placed placed -> {
                Cursor ended = log.channel(channel).end();
                if (ended != null) { // The newest record that was read was that of the last will.
                    end(channel);
                    yield CompletableFuture.completedStage(new LeaseResult.Ended(ended));
                }
                record(channel, record, duration, placed.id(), true);
                yield CompletableFuture.completedStage(new LeaseResult.Renewed());
            }
            // Renewed elsewhere, or expired: the channel shows which.
            case AppendResult.NewestDiffers _ -> renew(channel, duration);
            default -> CompletableFuture.completedStage(new LeaseResult.Refused(outcome));
        });
    }

    /// Gives a channel a lease for an upload, or renews it. The upload renews it until it is over.
    ///
    /// @throws IllegalArgumentException as [#begin] does
    public UploadLease upload(ChannelName channel, Duration duration, @Nullable Object caller) {
        return new UploadLease(this, channel, duration, caller);
    }

    /// Writes the record of a renewal without an event.
    CompletionStage<AppendResult> write(ChannelName channel, Renewal renewal) {
        Publication record = renewal.record();
        if (record == null) {
            AppendResult renewed = new AppendResult.Same(log.head());
            renewal.done(renewed, false);
            return CompletableFuture.completedStage(renewed);
        }
        return log.append(record).whenComplete((outcome, failure) -> {
            renewal.done(outcome, failure != null);
            // A record after the end of the channel would outlive a deletion that has seen none.
            if (log.channel(channel).end() != null) end(channel);
        });
    }

    /// Renews a lease in memory.
    ///
    /// @return true if another record should be written soon
    boolean touch(ChannelName channel) {
        ChannelLease lease = leases.get(channel);
        return lease != null && lease.renew(elapsedMs.getAsLong());
    }

    /// Holds the lease of a channel, if it has one: it does not expire until the hold ends, which renews it.
    ///
    /// @return ends the hold; to be called once
    Runnable hold(ChannelName channel) {
        ChannelLease lease = leases.get(channel);
        if (lease == null) return () -> {};
        lease.hold();
        return () -> lease.release(elapsedMs.getAsLong());
    }

    /// Ends the lease of a channel, if it has one, before anything that is passed to the log from now on.
    public CompletionStage<?> end(ChannelName channel) {
        ChannelName record = LeaseRecord.find(channel);
        ChannelLease lease = leases.get(channel);
        if (record == null || (lease == null && !log.keeps(record))) return CompletableFuture.completedStage(false);
        if (lease != null) remove(lease);
        return log.delete(record);
    }

    private void remove(ChannelLease lease) {
        // First: a lease that is over is never known, so that none takes its place before it is uncounted.
        boolean wasKnown = leases.remove(lease.channel, lease);
        lease.end();
        if (!wasKnown) return;
        if (lease.caller != null) heldBy.computeIfPresent(lease.caller, (_, count) -> count == 1 ? null : count - 1);
        timers.changed(lease);
    }

    /// Writes the last wills that are due. Call it several times a second, by one thread at a time.
    public void tick() {
        for (ChannelLease each : timers.expired(elapsedMs.getAsLong())) expire(each);
    }

    private void expire(ChannelLease lease) {
        Cursor newest = lease.written();
        if (newest == null) { // The outcome of its publish was unknown.
            newest = log.channel(lease.record).latest();
            if (newest == null) {
                remove(lease);
                return;
            }
            if (isShared) { // The record may be that of another node, which owns the lease: #maintain takes it over.
                retry(lease, null);
                return;
            }
        }
        if (!lease.isExpiring()) return; // Renewed since: the record that was read may be that of the renewal.
        log.appendAll(List.of(LeaseRecord.expired(lease.record, newest.text()), LeaseRecord.will(lease.channel)))
                .whenComplete((outcome, failure) -> expired(lease, outcome));
    }

    /// @param outcome null if it is unknown: then the next attempt finds out
    private void expired(ChannelLease lease, AppendResult.@Nullable Batch outcome) {
        switch (outcome) {
            case AppendResult.Batch.All _ -> end(lease.channel);
            case AppendResult.Batch.None(int index, AppendResult.Ended _) when index == 1 -> end(lease.channel);
            case AppendResult.Batch.None(int _, AppendResult.NewestDiffers(Cursor newest))
            when newest == null -> remove(lease);
            // Another node renewed it, and this one learns that soon; or the log accepts nothing now.
            case AppendResult.Batch.None(int _, AppendResult.NewestDiffers(Cursor newest)) ->
                retry(lease, isShared ? null : newest);
            case null, default -> retry(lease, null);
        }
    }

    private void retry(ChannelLease lease, @Nullable Cursor newest) {
        lease.retry(newest, elapsedMs.getAsLong());
        timers.changed(lease);
    }

    /// Takes over what other nodes wrote since the last call. Call it about once a second, never from an event loop.
    public void maintain() {
        Cursor after = learnedUpTo;
        if (after == null || !isShared) return;
        Set<ChannelName> changed = new LinkedHashSet<>();
        Cursor upTo = log.changedSince(after, name -> {
            if (name.value().startsWith(HubChannels.LEASES)) changed.add(name);
        });
        learnedUpTo = upTo == null ? log.head() : upTo;
        if (upTo == null) learnAll();
        else changed.forEach(this::learn);
    }

    private void learnAll() {
        ChannelName after = null;
        List<ChannelState> page;
        do {
            page = log.reserved(after, PAGE);
            for (ChannelState each : page) {
                after = each.name();
                learn(each.name());
            }
        } while (page.size() == PAGE);
        // Records that were deleted meanwhile.
        for (ChannelLease each : new ArrayList<>(leases.values())) learn(each.record);
    }

    private void learn(ChannelName record) {
        Optional<ChannelName> channel = LeaseRecord.channelOf(record);
        if (channel.isEmpty()) return;
        try {
            learn(record, channel.get());
        } catch (RuntimeException failed) { // One record must not keep the hub from starting.
            unreadable.accept(channel.get(), failed);
        }
    }

    private void learn(ChannelName record, ChannelName channel) {
        Cursor newest = log.channel(record).latest();
        ChannelLease lease = leases.get(channel);
        if (lease != null && Objects.equals(lease.written(), newest)) return;
        if (newest == null) {
            if (lease != null) remove(lease);
        } else if (log.channel(channel).end() != null) {
            end(channel); // The node that ended the channel was gone before it could delete the record.
        } else {
            ChannelScan.read(log, record, Filter.NONE, event -> {
                if (event.id().equals(newest))
                    LeaseRecord.duration(event)
                            .ifPresent(duration -> record(channel, record, duration, newest, !isShared));
            });
        }
    }
}
