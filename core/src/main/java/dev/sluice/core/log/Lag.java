package dev.sluice.core.log;

/// How far a reader is behind: an estimate that the log gives, as positions don't count.
///
/// @param events about how many events of its selection are ahead of it
/// @param bytes  about how many bytes of data they hold
public record Lag(long events, long bytes) {
    public static final Lag NONE = new Lag(0, 0);
}
