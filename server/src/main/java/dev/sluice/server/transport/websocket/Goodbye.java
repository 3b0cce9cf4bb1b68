package dev.sluice.server.transport.websocket;

/// How a conversation ends (RFC 6455 §7.4).
record Goodbye(int code, String reason) {
    static final int NORMAL = 1000;
    static final int PROTOCOL_ERROR = 1002;
    static final int NO_STATUS = 1005;
    static final int INVALID = 1007;
    static final int TOO_SLOW = 1008;
    static final int TOO_BIG = 1009;
    static final int TRY_AGAIN = 1013;

    /// An echo of what the client said; no code is answered by the normal one (RFC 6455 §5.5.1).
    static Goodbye echo(Message.Close close) {
        return new Goodbye(close.code() == NO_STATUS ? NORMAL : close.code(), "");
    }
}
