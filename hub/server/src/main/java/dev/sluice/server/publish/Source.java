package dev.sluice.server.publish;

import java.nio.ByteBuffer;

/// Parses the events of a body as it arrives, and passes them to an [Upload]. Throws
/// [dev.sluice.server.http.head.ProblemException] at the first invalid event.
interface Source {
    /// Passes on events until the upload is [full][Upload#isFull], at least one. The next call passes on the
    /// others first; its part may be empty.
    void feed(ByteBuffer part, Upload to);

    /// Returns true if events may be left that [#feed] has not passed on.
    boolean isStopped();

    void end(Upload to);

    /// The number of bytes held for an incomplete event, and for those that are not passed on yet.
    int heldBytes();

    /// Drops these bytes; there are no further calls of [#feed].
    void drop();

    /// The number of the incomplete or next line; 0 if the body is not split into lines.
    long line();
}
