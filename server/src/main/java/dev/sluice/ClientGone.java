package dev.sluice;

/// The client has left, or was let go because it did not read: nothing more can be sent to it. A handler
/// need not catch it: leaving the handler is all that there is to do.
public final class ClientGone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// Without stack trace: somebody leaves all the time, and where the program was then is no news.
    public ClientGone(String message) {
        super(message, null, false, false);
    }
}
