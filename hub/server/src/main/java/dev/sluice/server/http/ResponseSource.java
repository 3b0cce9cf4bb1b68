package dev.sluice.server.http;

import java.nio.ByteBuffer;

/// A response body produced piece by piece as the client reads it, so that a client that does not read costs the
/// memory of one piece. All methods are called on the connection's event loop.
public interface ResponseSource {
    /// The total length of all pieces in bytes.
    long length();

    /// Fills a piece completely with the next bytes. Called while bytes are left, each time the kernel has
    /// accepted the previous piece.
    void next(ByteBuffer piece);

    /// Called once, when the kernel has accepted the last piece or the client has disconnected.
    void close();
}
