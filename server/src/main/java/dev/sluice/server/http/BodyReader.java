package dev.sluice.server.http;

import io.netty.buffer.ByteBuf;

/// Takes a request's body as it comes. All calls on the event loop; after [#end] or [#failed] there are no more, and
/// none at all once the exchange is answered. May throw as a [Route] may.
public interface BodyReader {
    /// @param part released by the caller when this returns; never empty
    void data(ByteBuf part);

    /// Whether it waits for the rest of something that has begun. Then an [Exchange.Pace#OPEN_ENDED] body too has to
    /// come on.
    default boolean isMidway() {
        return false;
    }

    /// The body is complete.
    void end();

    /// The body will not be complete: broken framing, too slow, or the client left (then an answer goes nowhere). The
    /// reader answers, best with this problem.
    void failed(Problem why);
}
