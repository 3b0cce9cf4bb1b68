package dev.sluice.lab.client;

import java.io.IOException;

/// How a client reads: one of several siblings.
interface Transport {
    /// Connects and reads, from the reader's cursor if it has one, until the connection is lost. Blocks.
    ///
    /// @throws IOException when it is lost
    void read(ReaderState reader) throws IOException, InterruptedException;

    /// The pause before the next attempt.
    ///
    /// @param failures attempts that failed since the last success
    long pauseMs(ReaderState reader, int failures);
}
