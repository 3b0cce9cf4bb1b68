package dev.sluice.load;

import java.io.IOException;
import java.nio.ByteBuffer;

/// A connection of one reader, or of many over HTTP/2.
sealed interface ReaderConnection permits Reader, Http2Readers {
    Connection connection();

    /// Sends its requests, and what else is due, as far as the socket takes it.
    void write() throws IOException;

    /// Reads the available bytes, at most one buffer.
    ///
    /// @return the number of bytes; -1 at the end of the stream
    int read(ByteBuffer buffer) throws IOException;

    /// The events to wait for.
    int interest();

    /// True once all of its readers have been open: a later loss is not a failure of the start.
    boolean wasOpen();

    /// The number of readers that are open.
    int openReaders();
}
