package dev.sluice;

import dev.sluice.core.cursor.Cursor;

/// A handler that follows channels.
public interface Subscription extends AutoCloseable {
    /// The place behind the last event that the handler has had: where another may go on.
    Cursor cursor();

    /// Whether events may still come.
    boolean isOpen();

    /// Ends it: no event comes any more. One that the handler is at may still be.
    @Override
    void close();
}
