/// The contract of every log, in memory, on disk or on other machines: one order of entries, read from a cursor.
/// It does not prescribe how a log is implemented, and callers may assume no more than it states. Read [Log]
/// first, then [Read] and [AppendResult].
///
/// [HubChannels] names the hub's own channels.
@NullMarked
package dev.sluice.core.log;

import org.jspecify.annotations.NullMarked;
