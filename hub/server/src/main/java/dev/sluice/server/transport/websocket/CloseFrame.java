package dev.sluice.server.transport.websocket;

/// A close frame's code and reason (RFC 6455 §7.4).
record CloseFrame(int code, String reason) {
    static final int NORMAL = 1000;
    static final int PROTOCOL_ERROR = 1002;
    static final int NO_STATUS = 1005;
    static final int INVALID = 1007;
    static final int TOO_SLOW = 1008;
    static final int TOO_BIG = 1009;
    static final int TRY_AGAIN = 1013;

    /// The answer to the client's close frame: its code, or the normal one if it has none (RFC 6455 §5.5.1).
    static CloseFrame echo(WebSocketMessage.Close close) {
        return new CloseFrame(close.code() == NO_STATUS ? NORMAL : close.code(), "");
    }
}
