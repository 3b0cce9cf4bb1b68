package dev.sluice.core.lease;

import dev.sluice.core.cursor.Cursor;
import dev.sluice.core.log.AppendResult;

/// The outcome of the renewal of a lease.
public sealed interface LeaseResult {
    /// The lease is in force for its whole duration again.
    record Renewed() implements LeaseResult {}

    /// The channel has no lease.
    record None() implements LeaseResult {}

    /// The channel has ended, and its lease with it.
    record Ended(Cursor end) implements LeaseResult {}

    /// The log did not accept the renewal.
    record Refused(AppendResult reason) implements LeaseResult {}
}
