package dev.sluice.server.publish;

import java.nio.ByteBuffer;

/// Parses the events of a body as it arrives, and passes them to an [Upload]. Throws
/// [dev.sluice.server.http.head.ProblemException] at the first invalid event.
interface Source {
    void feed(ByteBuffer part, Upload to);

    void end(Upload to);

    /// The number of bytes held for an incomplete event.
    int heldBytes();

    /// Drops these bytes; there are no further calls of [#feed].
    void drop();

    /// The number of the incomplete or next line; 0 if the body is not split into lines.
    long line();
}
