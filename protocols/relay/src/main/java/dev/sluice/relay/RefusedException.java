package dev.sluice.relay;

import dev.sluice.Response;

/// Ends the handling of a request with a refusal. Has no stack trace, because it is an expected outcome.
final class RefusedException extends RuntimeException {
    private final transient Response response;

    RefusedException(Response response) {
        super("status " + response.status(), null, false, false);
        this.response = response;
    }

    Response response() {
        return response;
    }
}
