package dev.sluice.core.metrics;

/// The counts that each event loop keeps since the start.
public enum LoopCount {
    /// Events that a socket accepted completely, and events in the answers of polls.
    EVENTS_DELIVERED,
    /// Bytes that sockets accepted, control frames included, and the bytes of data in the answers of polls.
    BYTES_DELIVERED,
    /// Writes to sockets and answers of polls: the events divided by these are the events per write.
    BATCHES,
    /// Events encoded: once per event and format, unless the encoded bytes were released in between.
    ENCODES,
    /// Turns of readers.
    TURNS,
    /// Reads that readers made.
    READS,
    /// Reads that the log had to answer, because no reader had made the same read in this task of the loop.
    READ_CACHE_MISSES,
    /// Reads that the log answered later, from disk.
    COLD_READS,
    /// Writes that a socket did not accept completely, so that its reader waits for the client.
    PAUSES,
    /// Gaps found, at the start of a reader or later.
    GAPS
}
