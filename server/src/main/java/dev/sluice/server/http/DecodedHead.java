package dev.sluice.server.http;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The head of a request of HTTP/1.1 as the decoder reads it, and what follows from it alone. All of that is found out
/// once, however many requests have this head: [HeadCache]. Used on one event loop.
final class DecodedHead extends DefaultHttpRequest {
    private @Nullable ReceivedHead received;
    private @Nullable Framing framing;

    /// @param problem   for which the request is refused and the connection ended
    /// @param bodyBytes -1 if the body is chunked
    private record Framing(Optional<Problem> problem, long bodyBytes, boolean expectsContinue) {}

    DecodedHead(HttpVersion version, HttpMethod method, String target) {
        super(version, method, target, HeaderList.FACTORY);
    }

    ReceivedHead received() {
        ReceivedHead known = received;
        if (known == null) {
            known = ReceivedHead.of(this);
            received = known;
        }
        return known;
    }

    private Framing framing() {
        Framing known = framing;
        if (known == null) {
            boolean isReadable = decoderResult().isSuccess();
            known = new Framing(
                    RequestFraming.problem(this),
                    isReadable ? RequestFraming.bodyBytes(this) : 0,
                    isReadable && RequestFraming.expectsContinue(this));
            framing = known;
        }
        return known;
    }

    /// The reason to refuse this head and end the connection, if there is one.
    Optional<Problem> problem() {
        return framing().problem;
    }

    /// The length of the body in bytes; -1 if it is chunked.
    long bodyBytes() {
        return framing().bodyBytes;
    }

    /// Whether the client waits for `100 Continue`.
    boolean expectsContinue() {
        return framing().expectsContinue;
    }
}
