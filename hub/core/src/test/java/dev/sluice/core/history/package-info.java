/// One record of what was published and received, and one checker of it, for all tests in which many clients publish
/// and read at once: [dev.sluice.core.history.ReaderChecker] compares what a reader received with the log,
/// [dev.sluice.core.history.HistoryChecker] what clients published and deleted, and who is present.
@org.jspecify.annotations.NullMarked
package dev.sluice.core.history;
