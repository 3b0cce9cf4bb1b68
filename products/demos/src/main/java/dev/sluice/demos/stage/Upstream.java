package dev.sluice.demos.stage;

import dev.sluice.Request;
import java.io.IOException;
import java.net.Socket;

/// The hub behind a relay, and the bytes that pass through. May be used from any thread.
interface Upstream {
    /// The path at the hub of what a page asks for below the relay.
    String path(String below);

    /// The name of a page's connection, as its units have it.
    String connection(Request page);

    int port();

    /// Opens a connection to the hub.
    ///
    /// @throws IOException also if there may be no further one now
    Socket connect() throws IOException;

    void disconnect(Socket socket) throws IOException;

    /// Waits as long as these bytes shall take.
    void pace(int bytes) throws InterruptedException;

    WireLog wire();
}
