package dev.sluice.core.log;

import dev.sluice.core.cursor.Cursor;

/// Events that a reader asked for and that are gone.
///
/// @param after  the reader's cursor as it was written; it may belong to another log
/// @param resume the cursor to continue from
/// @param reason why the events are gone
public record Gap(String after, Cursor resume, GapReason reason) {}
