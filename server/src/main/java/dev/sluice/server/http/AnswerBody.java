package dev.sluice.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/// A body that is made piece by piece, as the client takes it, so that a client that does not read costs one piece.
/// All calls come on the connection's event loop.
public interface AnswerBody {
    /// Of all pieces together, in bytes; more than 0.
    long length();

    /// The next piece, not empty. Called when the one before is with the kernel, and as often as there are bytes left.
    ByteBuf next(ByteBufAllocator memory);

    /// The last piece is with the kernel, or the client has left. Called once.
    void close();
}
