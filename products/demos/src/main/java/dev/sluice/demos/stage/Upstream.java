package dev.sluice.demos.stage;

import dev.sluice.Request;
import java.io.IOException;
import java.net.Socket;

/// The hub behind a relay, and the bytes that pass through. May be used from any thread.
interface Upstream {
    /// Returns the path at the hub for a path below the relay.
    String path(String below);

    /// Returns the name of a page's connection, as it is shown with its bytes.
    String connection(Request page);

    int port();

    /// Opens a connection to the hub.
    ///
    /// @throws IOException if the hub can't be reached, or no further connection is allowed now
    Socket connect() throws IOException;

    void disconnect(Socket socket) throws IOException;

    /// Waits for as long as these bytes should take.
    void pace(int bytes) throws InterruptedException;

    WireLog wire();
}
