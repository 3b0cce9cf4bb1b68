package dev.sluice.core.log;

import dev.sluice.core.metrics.Distribution;

/// The size of a log and how it writes, as it was when it was last [maintained][Log#maintain].
///
/// @param entries   the number of entries kept, in all channels
/// @param dataBytes their bytes of data
/// @param tailBytes the bytes of entries kept in memory, as limits count them
/// @param channels the number of channels that keep entries
/// @param marks the number of empty channels that have a mark left
/// @param keys the number of idempotency keys remembered
/// @param limits the limits of the log
/// @param oldestMs  when the oldest entry to which the limits of the whole log apply was appended, in
///                  milliseconds since 1970; 0 if there is no such entry
/// @param writes    the microseconds that each write of a group of publishes to disk took, including its sync if
///                  each write is synced
/// @param syncs     the microseconds that each sync took, if syncs are made at an interval
public record LogStatus(
        long entries,
        long dataBytes,
        long tailBytes,
        long channels,
        long marks,
        long keys,
        LogLimits limits,
        long oldestMs,
        Distribution writes,
        Distribution syncs) {
    /// The same status with other times of writes and syncs.
    public LogStatus with(Distribution newWrites, Distribution newSyncs) {
        return new LogStatus(
                entries, dataBytes, tailBytes, channels, marks, keys, limits, oldestMs, newWrites, newSyncs);
    }
}
