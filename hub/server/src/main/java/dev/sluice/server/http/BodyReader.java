package dev.sluice.server.http;

import dev.sluice.server.http.head.Problem;
import java.nio.ByteBuffer;

/// Receives a request's body as it arrives. All methods are called on the event loop; there are no calls after [#end]
/// or [#failed], and none once the exchange is answered. Methods may throw as a [Route] may.
public interface BodyReader {
    /// @param part valid until this returns; never empty
    void data(ByteBuffer part);

    /// Returns true if the reader holds an incomplete event. Time limits then apply to an [Exchange.Pace#OPEN_ENDED]
    /// body, too.
    default boolean isMidway() {
        return false;
    }

    /// Called when the body is complete.
    void end();

    /// Called when the body can't be completed: its framing is broken, it is too slow, or the client disconnected (then
    /// an answer is discarded). The reader answers the exchange, usually with this problem.
    void failed(Problem problem);
}
