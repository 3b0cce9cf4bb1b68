package dev.sluice.core.lease;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.AppendResult;
import dev.sluice.core.log.Conditions.Newest;
import dev.sluice.core.log.Publication;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A publisher that renews a lease, from [Leases#begin] until [#done]. While it lasts, the lease does not expire: the
/// hub, not the author, decides how long the log takes.
public final class Renewal {
    private final Leases leases;
    private final ChannelLease lease;
    private final Duration duration;
    private final ChannelLease.Begin begun;

    Renewal(Leases leases, ChannelLease lease, Duration duration, ChannelLease.Begin begun) {
        this.leases = leases;
        this.lease = lease;
        this.duration = duration;
        this.begun = begun;
    }

    /// What to append together with the event, all or nothing; null if the event alone suffices.
    public @Nullable Publication record() {
        return begun == ChannelLease.Begin.RECORDED
                ? null
                : LeaseRecord.granted(lease.record, duration, new Newest.Any());
    }

    /// The publish is over.
    ///
    /// @param record the outcome for [#record]; null if it was not placed
    /// @param isUnknown whether the log could not tell the outcome
    public void done(@Nullable AppendResult record, boolean isUnknown) {
        Cursor id = record instanceof AppendResult.Placed placed ? placed.id() : null;
        leases.published(lease, duration, id, isUnknown);
    }
}
