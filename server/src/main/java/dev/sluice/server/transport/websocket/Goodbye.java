package dev.sluice.server.transport.websocket;

import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import org.jspecify.annotations.Nullable;

/// How a conversation ends (RFC 6455 §7.4).
record Goodbye(int code, String reason) {
    static final int NORMAL = 1000;
    static final int PROTOCOL_ERROR = 1002;
    static final int NO_STATUS = 1005;
    private static final int INVALID = 1007;
    private static final int TOO_BIG = 1009;

    /// An echo of what the client said; no code is answered by the normal one (RFC 6455 §5.5.1).
    static Goodbye echo(CloseWebSocketFrame close) {
        int code = close.statusCode();
        return new Goodbye(code < 0 || code == NO_STATUS ? NORMAL : code, "");
    }

    /// To a client whose frames can't be read; null: it is not the frames.
    static @Nullable Goodbye to(Throwable cause) {
        return switch (cause) {
            case CorruptedWebSocketFrameException broken ->
                new Goodbye(broken.closeStatus().code(), reason(broken));
            case TooLongFrameException tooLong -> new Goodbye(TOO_BIG, reason(tooLong));
            // Netty says so of a message that grows beyond its limit, and gives a cause where it is no compression.
            case DecompressionException bomb when bomb.getCause() == null -> new Goodbye(TOO_BIG, reason(bomb));
            case CodecException _ -> new Goodbye(INVALID, "this is not compressed as was agreed on");
            default -> null;
        };
    }

    private static String reason(Throwable cause) {
        return cause.getMessage() == null ? "" : cause.getMessage();
    }
}
