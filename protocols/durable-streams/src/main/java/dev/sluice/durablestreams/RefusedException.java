package dev.sluice.durablestreams;

import dev.sluice.Response;

/// Ends the handling of a request with a refusal. Has no stack trace, because it is an expected outcome.
final class RefusedException extends RuntimeException {
    private final String detail;
    private final transient Response response;

    private RefusedException(String detail, Response response) {
        super(detail, null, false, false);
        this.detail = detail;
        this.response = response;
    }

    /// @param detail what happened, and what to do, for the client's developer
    static RefusedException of(int status, String detail) {
        return new RefusedException(detail, Response.problem(status, detail));
    }

    RefusedException with(String header, String value) {
        return new RefusedException(detail, response.header(header, value));
    }

    Response response() {
        return response;
    }
}
