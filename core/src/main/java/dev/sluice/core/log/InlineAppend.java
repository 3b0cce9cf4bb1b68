package dev.sluice.core.log;

/// Appends that the thread which called [LogWriter#begin] writes itself, as the log was idle. The log is reserved for
/// that thread until [#complete] has returned: it calls both, whatever happens, and soon.
public interface InlineAppend {
    /// Writes. It may wait for the disk. A failure is the outcome of the appends.
    void write();

    /// Tells readers and publishers of what [#write] did, before they are told of any later append.
    void complete();
}
