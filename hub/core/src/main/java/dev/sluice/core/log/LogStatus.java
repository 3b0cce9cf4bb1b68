package dev.sluice.core.log;

import dev.sluice.core.metrics.Distribution;

/// The size of a log and how it writes, as it was when it was last [maintained][Log#maintain].
///
/// @param entries   kept, in all channels
/// @param dataBytes of these
/// @param tailBytes of entries kept in memory, as limits count them
/// @param channels  that keep entries
/// @param marks     empty channels that have a mark left
/// @param keys      idempotency keys remembered
/// @param limits    of the log
/// @param oldestMs  when the oldest entry that the limits of the whole log concern was appended, in milliseconds
///                  since 1970; 0 if there is no such entry
/// @param writes    microseconds that writes to disk took, each of a group of publishes; with their sync, if each is
///                  synced
/// @param syncs     microseconds that syncs took that are made at an interval
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
    /// The same with times of writes and syncs.
    public LogStatus with(Distribution newWrites, Distribution newSyncs) {
        return new LogStatus(
                entries, dataBytes, tailBytes, channels, marks, keys, limits, oldestMs, newWrites, newSyncs);
    }
}
