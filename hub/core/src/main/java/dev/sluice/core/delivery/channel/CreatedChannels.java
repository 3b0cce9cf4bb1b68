package dev.sluice.core.delivery.channel;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.HubChannels;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.Registration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The channels that keep entries and the callers that created them, so that no single caller uses up the number
/// of channels that the log can take. May be used from any thread.
///
/// A channel counts from its first publish in flight until it keeps nothing again. The counts are only known to
/// this node, and only since its start: channels that a caller creates on another node count there. A publish to
/// a channel that keeps entries takes no lock. A publish that may create a channel, which with a short retention
/// may be every one, takes only the locks of that channel and of its caller.
public final class CreatedChannels implements AutoCloseable {
    /// A channel that is being created, or exists.
    private static final class Creation {
        final Object caller;

        /// Publishes in flight. Changed only while the channel's entry of the map is computed.
        int pending;

        Creation(Object caller) {
            this.caller = caller;
        }
    }

    private final Log log;
    private final int channelsMax;
    private final Registration registration;

    /// One entry for each channel that the log keeps or that has publishes in flight.
    private final ConcurrentHashMap<ChannelName, Creation> creations = new ConcurrentHashMap<>();

    /// The number of each caller's channels. Entries are computed within those of [#creations], never around them.
    private final ConcurrentHashMap<Object, Integer> held = new ConcurrentHashMap<>();

    /// The number of channels with publishes in flight.
    private final AtomicInteger pending = new AtomicInteger();

    private final LongAdder refused = new LongAdder();
    private volatile @Nullable ChannelPolicy policy;

    public CreatedChannels(Log log) {
        this.log = log;
        this.channelsMax = log.status().limits().channelsMax();
        this.registration = log.onEmptied(this::emptied);
    }

    /// Counts and limits what callers create from now on.
    public void limit(ChannelPolicy by) {
        policy = by;
    }

    /// A publish that may create a channel: it is refused, or in flight until [#end].
    public final class Attempt {
        private final ChannelName channel;
        private @Nullable Creation creation;
        private AppendResult.@Nullable ChannelShare refusal;

        private Attempt(ChannelName channel) {
            this.channel = channel;
        }

        public ChannelName channel() {
            return channel;
        }

        /// Why the publish must not reach the log; null if it may.
        public AppendResult.@Nullable ChannelShare refusal() {
            return refusal;
        }

        private @Nullable Creation begin(
                @Nullable Creation begun, Grant grant, Draft draft, Object caller, ChannelPolicy by) {
            Creation now = begun == null ? create(grant, draft, caller, by) : begun;
            creation = now;
            if (now != null && now.pending++ == 0) pending.incrementAndGet();
            return now;
        }

        private @Nullable Creation create(Grant grant, Draft draft, Object caller, ChannelPolicy by) {
            if (log.keeps(channel)) return null; // Another publish created it first.
            if (log.channelsKept() >= channelsMax) return null; // The log refuses it from every caller.
            held.compute(caller, (_, count) -> {
                int has = count == null ? 0 : count;
                refusal = CreatedChannels.this.refusal(grant, draft, has, by);
                return refusal == null ? Integer.valueOf(has + 1) : count;
            });
            return refusal == null ? new Creation(caller) : null;
        }

        /// Ends the attempt, because the publish has its outcome or failed. Call it once, unless the publish was
        /// refused.
        public void end() {
            if (creation != null) creations.computeIfPresent(channel, (_, begun) -> end(begun));
        }

        private @Nullable Creation end(Creation begun) {
            if (--begun.pending > 0) return begun;
            pending.decrementAndGet();
            return log.keeps(channel) ? begun : gone(begun);
        }
    }

    /// Begins a publish.
    ///
    /// @return null if it creates no channel, or if its caller is not limited
    @Nullable
    public Attempt attempt(Grant grant, Draft draft) {
        ChannelPolicy now = policy;
        ChannelName channel = draft.channel();
        // Channels for operators are not limited: publishers who create channels must not prevent a revocation.
        if (now == null || log.keeps(channel) || HubChannels.isForOperators(channel)) return null;
        Object caller = now.identify(grant).orElse(null);
        return caller == null ? null : attempt(grant, draft, caller, now);
    }

    private @Nullable Attempt attempt(Grant grant, Draft draft, Object caller, ChannelPolicy by) {
        Attempt attempt = new Attempt(draft.channel());
        creations.compute(draft.channel(), (_, begun) -> attempt.begin(begun, grant, draft, caller, by));
        if (attempt.refusal != null) refused.increment();
        return attempt.refusal == null && attempt.creation == null ? null : attempt;
    }

    private AppendResult.@Nullable ChannelShare refusal(Grant grant, Draft draft, int has, ChannelPolicy by) {
        int grantMax = draft.isEvent()
                ? grant.channelsMax(draft.channel(), draft.type(), draft.key())
                : grant.channelsMax(draft.channel());
        if (has >= grantMax) return new AppendResult.ChannelShare(has, grantMax, true);
        // A channel that is kept before its first publish is acknowledged counts twice; `free` may be too low,
        // but never too high.
        long free = Math.max(0, (long) channelsMax - log.channelsKept() - pending.get());
        return by.permits(grant, has, free) ? null : new AppendResult.ChannelShare(has, channelsMax, false);
    }

    /// Called by the log's writer. If publishes are in flight, the last of them checks whether the channel is
    /// kept.
    private void emptied(ChannelName channel) {
        creations.computeIfPresent(channel, (_, creation) -> creation.pending == 0 ? gone(creation) : creation);
    }

    /// Uncounts a channel that keeps nothing, and returns null to remove its entry.
    private @Nullable Creation gone(Creation creation) {
        held.computeIfPresent(creation.caller, (_, count) -> count == 1 ? null : count - 1);
        return null;
    }

    /// The number of channels that a caller created and that keep entries or have publishes in flight.
    int of(Object caller) {
        return held.getOrDefault(caller, 0);
    }

    /// Publishes refused so far.
    public long refused() {
        return refused.sum();
    }

    @Override
    public void close() {
        registration.close();
    }
}
