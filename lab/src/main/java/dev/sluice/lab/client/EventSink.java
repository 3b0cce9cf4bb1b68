package dev.sluice.lab.client;

import java.io.IOException;

/// How a client publishes.
public interface EventSink {
    /// The channel to which clients publish.
    String CHANNEL = "lab/up";

    /// Publishes an event. Blocks while the connection takes no more.
    ///
    /// @throws IOException if there is no connection
    void send(byte[] data) throws IOException, InterruptedException;
}
