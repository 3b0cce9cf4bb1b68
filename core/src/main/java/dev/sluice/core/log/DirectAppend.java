package dev.sluice.core.log;

/// Appends that the thread which published them writes itself, as the log was idle. The log is reserved for that thread
/// until [#write] has returned, so that must be called, and soon.
public interface DirectAppend {
    /// Writes, on the thread that called [LogWriter#begin]. It may wait for the disk. A failure is the outcome of the
    /// appends.
    void write();

    /// Tells readers and publishers of what [#write] did. On any thread, the writing one or another.
    void complete();
}
