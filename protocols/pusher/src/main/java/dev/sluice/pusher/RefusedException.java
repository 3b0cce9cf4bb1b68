package dev.sluice.pusher;

import dev.sluice.Response;

/// Ends the handling of a request or a message with a refusal. Has no stack trace, because it is an expected
/// outcome.
final class RefusedException extends RuntimeException {
    private final int status;

    /// @param reason what happened, and what to do, for a developer of the app
    RefusedException(int status, String reason) {
        super(reason, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }

    /// The server libraries show the text as it is.
    Response response() {
        return Response.text(getMessage() + "\n").status(status);
    }
}
