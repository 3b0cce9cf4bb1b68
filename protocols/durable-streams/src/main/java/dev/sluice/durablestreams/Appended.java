package dev.sluice.durablestreams;

/// The result of an append.
///
/// @param tail     the stream's tail, as clients know it
/// @param isClosed true if the stream is closed
/// @param isNew    false if the log had the append already
/// @param lastSeq  the producer's last append; -1 without a producer
record Appended(String tail, boolean isClosed, boolean isNew, long lastSeq) {}
