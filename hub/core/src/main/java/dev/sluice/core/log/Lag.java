package dev.sluice.core.log;

/// How far a reader is behind the head: an estimate by the log, as positions do not count entries.
///
/// @param events about how many events of the selection follow
/// @param bytes  about how many bytes of data they have
public record Lag(long events, long bytes) {
    public static final Lag NONE = new Lag(0, 0);
}
