package dev.sluice.pusher;

import dev.sluice.Response;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Ends the handling of a request or a message with a refusal. Has no stack trace, because it is an expected
/// outcome.
final class RefusedException extends RuntimeException {
    static final int TOO_MANY = 429;

    private final int status;

    /// Null if a repetition would not help, or it is unknown when it would.
    private final transient @Nullable Duration wait;

    /// @param reason what happened, and what to do, for a developer of the app
    RefusedException(int status, String reason) {
        this(status, reason, null);
    }

    private RefusedException(int status, String reason, @Nullable Duration wait) {
        super(reason, null, false, false);
        this.status = status;
        this.wait = wait;
    }

    /// Refuses what exceeds the hub's rate limits of publishes.
    ///
    /// @param who begins the sentence
    static RefusedException tooFast(String who, Duration wait) {
        return new RefusedException(
                TOO_MANY,
                who + " publishes more than the hub's limits.publishes_per_second or limits.publish_bytes_per_second"
                        + " permit: repeat it later.",
                wait);
    }

    int status() {
        return status;
    }

    /// The server libraries show the text as it is.
    Response response() {
        Response response = Response.text(getMessage() + "\n").status(status);
        return wait == null ? response : response.header("Retry-After", "" + wait.toSeconds());
    }
}
