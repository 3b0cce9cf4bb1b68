package dev.sluice.core.delivery;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.event.Draft;
import dev.sluice.core.log.Appended;
import dev.sluice.core.log.HubChannels;
import dev.sluice.core.log.Log;
import dev.sluice.core.log.LogReader;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// The channels that keep entries and the callers that created them, so that no caller creates as many as the log
/// takes.
/// May be used from any thread.
///
/// A channel counts from the first publish to it that is on its way until the channel keeps nothing again. Only this
/// node knows it, and only since its start: what a caller creates elsewhere counts there. A publish to a channel that
/// keeps entries takes no lock.
final class CreatedChannels implements AutoCloseable {
    /// A channel in the making, or made. Guarded by the lock.
    private static final class Creation {
        final Object caller;

        /// Publishes on their way.
        int pending;

        Creation(Object caller) {
            this.caller = caller;
        }
    }

    private final Log log;
    private final int channelsMax;
    private final LogReader.Registration registration;

    /// Written under the lock. Each is of a channel that the log keeps or that is on its way there.
    private final ConcurrentHashMap<ChannelName, Creation> creations = new ConcurrentHashMap<>();

    /// The number of each caller's channels. Guarded by the lock.
    private final Map<Object, Integer> held = new HashMap<>();

    /// Channels with publishes on their way. Guarded by the lock.
    private int pending;

    private final Object lock = new Object();
    private final LongAdder refused = new LongAdder();
    private volatile @Nullable ChannelPolicy policy;

    CreatedChannels(Log log) {
        this.log = log;
        this.channelsMax = log.status().limits().channelsMax();
        this.registration = log.onEmptied(this::emptied);
    }

    /// Counts and limits what callers create from now on.
    void limit(ChannelPolicy by) {
        policy = by;
    }

    /// A publish that may create a channel: it is refused, or on its way until [#end].
    final class Attempt {
        private final ChannelName channel;
        private final @Nullable Creation creation;
        private final Appended.@Nullable ChannelShare refusal;

        private Attempt(ChannelName channel, @Nullable Creation creation, Appended.@Nullable ChannelShare refusal) {
            this.channel = channel;
            this.creation = creation;
            this.refusal = refusal;
        }

        ChannelName channel() {
            return channel;
        }

        /// Why the publish may not reach the log; null: it may.
        Appended.@Nullable ChannelShare refusal() {
            return refusal;
        }

        /// The publish has its outcome, or it failed. To be called once, unless it was refused.
        void end() {
            if (creation == null) return;
            synchronized (lock) {
                if (--creation.pending > 0) return;
                pending--;
                if (!log.keeps(channel)) remove(channel, creation);
            }
        }
    }

    /// Begins a publish.
    ///
    /// @return null: it creates no channel, or nothing limits its caller
    @Nullable
    Attempt attempt(Grant grant, Draft draft) {
        ChannelPolicy now = policy;
        ChannelName channel = draft.channel();
        // Those for operators are not limited: publishers who create channels must not prevent a revocation.
        if (now == null || log.keeps(channel) || HubChannels.isForOperators(channel)) return null;
        Object caller = now.identify(grant).orElse(null);
        return caller == null ? null : attempt(grant, draft, caller, now);
    }

    private @Nullable Attempt attempt(Grant grant, Draft draft, Object caller, ChannelPolicy by) {
        ChannelName channel = draft.channel();
        synchronized (lock) {
            Creation creation = creations.get(channel);
            if (creation == null) {
                if (log.keeps(channel)) return null; // Somebody else has created it meanwhile.
                if (log.channelsKept() >= channelsMax) return null; // The log refuses it, whoever asks.
                Appended.ChannelShare refusal = refusal(grant, draft, held.getOrDefault(caller, 0), by);
                if (refusal != null) {
                    refused.increment();
                    return new Attempt(channel, null, refusal);
                }
                creation = new Creation(caller);
                creations.put(channel, creation);
                held.merge(caller, 1, Integer::sum);
            }
            if (creation.pending++ == 0) pending++;
            return new Attempt(channel, creation, null);
        }
    }

    private Appended.@Nullable ChannelShare refusal(Grant grant, Draft draft, int has, ChannelPolicy by) {
        int grantMax = draft.isEvent()
                ? grant.channelsMax(draft.channel(), draft.type(), draft.key())
                : grant.channelsMax(draft.channel());
        if (has >= grantMax) return new Appended.ChannelShare(has, grantMax, true);
        // A channel that is kept while its first publish is not acknowledged counts twice, and never too little.
        long free = Math.max(0, (long) channelsMax - log.channelsKept() - pending);
        return by.permits(grant, has, free) ? null : new Appended.ChannelShare(has, channelsMax, false);
    }

    /// Called by the log's writer. If publishes are on their way, the last of them looks whether the channel is kept.
    private void emptied(ChannelName channel) {
        if (!creations.containsKey(channel)) return;
        synchronized (lock) {
            Creation creation = creations.get(channel);
            if (creation != null && creation.pending == 0) remove(channel, creation);
        }
    }

    private void remove(ChannelName channel, Creation creation) {
        creations.remove(channel);
        held.computeIfPresent(creation.caller, (_, count) -> count == 1 ? null : count - 1);
    }

    /// The number of channels that a caller created and that keep entries or are on their way.
    int of(Object caller) {
        synchronized (lock) {
            return held.getOrDefault(caller, 0);
        }
    }

    /// Publishes refused so far.
    long refused() {
        return refused.sum();
    }

    @Override
    public void close() {
        registration.close();
    }
}
