package dev.sluice.core.metrics;

/// The counts that each event loop keeps from the start on.
public enum LoopCount {
    /// Events that a socket took completely, and events in the answers of polls.
    EVENTS_DELIVERED,
    /// Bytes that sockets took, control frames included; of the answers of polls the bytes of data.
    BYTES_DELIVERED,
    /// Writes to sockets and answers of polls: with the events, how many events go out at a time.
    BATCHES,
    /// Events encoded: once per event and format, unless the encoded bytes were released in between.
    ENCODES,
    /// Turns of readers.
    TURNS,
    /// Reads that readers made.
    READS,
    /// Reads that the log had to answer, as no reader had made the same read in this task of the loop.
    READ_CACHE_MISSES,
    /// Reads that the log answered later, from disk.
    COLD_READS,
    /// Writes that a socket did not take completely, so that its reader waits for the client.
    PAUSES,
    /// Gaps found, at the start of a reader or later.
    GAPS
}
