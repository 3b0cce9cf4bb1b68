package dev.sluice.core.log;

/// How far a reader is behind the head: an estimate by the log, because positions do not count entries.
///
/// @param events the approximate number of events of the selection that follow
/// @param bytes  their approximate bytes of data
public record Lag(long events, long bytes) {
    public static final Lag NONE = new Lag(0, 0);
}
