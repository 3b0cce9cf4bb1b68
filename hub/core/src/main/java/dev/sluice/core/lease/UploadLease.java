package dev.sluice.core.lease;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.log.AppendResult;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The lease of an upload, which everything that arrives renews. After the upload it remains until it expires or
/// ends. If it ends before, the upload does not begin another one. May be used from any thread.
public final class UploadLease {
    private final Leases leases;
    private final ChannelName channel;
    private final Duration duration;
    private final Renewal first;
    private final AtomicInteger writing = new AtomicInteger();

    UploadLease(Leases leases, ChannelName channel, Duration duration, @Nullable Object caller) {
        this.leases = leases;
        this.channel = channel;
        this.duration = duration;
        this.first = leases.begin(channel, duration, caller);
    }

    /// Writes the record: the lease is in force from then on, also before the first event. Call it once.
    public CompletionStage<AppendResult> open() {
        return leases.write(channel, first);
    }

    /// Holds the lease while events of the upload wait for the log: the hub has accepted them, so their author is
    /// not lost however long the log takes, and no last will may come between them.
    ///
    /// @return ends that, once the events are stored or dropped; to be called once
    public Runnable hold() {
        return leases.hold(channel);
    }

    /// Something has arrived, or was stored.
    public void renew() {
        if (!leases.touch(channel) || writing.getAndIncrement() > 0) return;
        leases.write(channel, leases.begin(channel, duration, null)).whenComplete((_, _) -> writing.set(0));
    }
}
