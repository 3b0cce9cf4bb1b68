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
    /// @param outcome   that of [#record], or of the event if it suffices; null if all was refused, or if it is
    ///                  unknown
    /// @param isUnknown whether the log could not tell the outcome
    public void done(@Nullable AppendResult outcome, boolean isUnknown) {
        boolean isInLog = outcome instanceof AppendResult.Placed || outcome instanceof AppendResult.Same;
        Cursor id = begun != ChannelLease.Begin.RECORDED && outcome instanceof AppendResult.Placed placed
                ? placed.id()
                : null;
        leases.published(lease, duration, id, !isInLog && !isUnknown, isUnknown);
    }
}
