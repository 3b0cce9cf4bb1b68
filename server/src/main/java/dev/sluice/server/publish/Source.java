package dev.sluice.server.publish;

import io.netty.buffer.ByteBuf;

/// Makes events of a body as it comes, and gives them to an [Upload]. Throws [dev.sluice.server.http.Refused] at the
/// first thing that is none.
interface Source {
    void feed(ByteBuf part, Upload to);

    void end(Upload to);

    /// Bytes of an event that has begun.
    int heldBytes();

    /// Lets go of them: nothing more is fed.
    void drop();

    /// The line that comes next, or has begun; 0 if these are no lines.
    long line();
}
