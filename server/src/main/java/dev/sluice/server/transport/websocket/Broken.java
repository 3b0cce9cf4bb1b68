package dev.sluice.server.transport.websocket;

/// Input that can't be read, or that the hub does not wait for any longer: the conversation ends with this.
final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Goodbye goodbye;

    Broken(int code, String reason) {
        super(reason, null, false, false); // Everyday, and thrown by clients as they like: no stack trace.
        this.goodbye = new Goodbye(code, reason);
    }

    Goodbye goodbye() {
        return goodbye;
    }
}
