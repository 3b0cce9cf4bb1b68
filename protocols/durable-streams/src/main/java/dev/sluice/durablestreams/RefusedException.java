package dev.sluice.durablestreams;

import dev.sluice.Response;
import java.util.Map;

/// Ends the handling of a request with a refusal. Has no stack trace, because it is an expected outcome.
final class RefusedException extends RuntimeException {
    private static final Map<Integer, String> TITLES = Map.of(
            400, "Bad Request",
            403, "Forbidden",
            404, "Not Found",
            409, "Conflict",
            410, "Gone",
            413, "Content Too Large",
            429, "Too Many Requests",
            503, "Service Unavailable",
            507, "Insufficient Storage");

    private final String detail;
    private final transient Response response;

    private RefusedException(String detail, Response response) {
        super(detail, null, false, false);
        this.detail = detail;
        this.response = response;
    }

    /// @param detail what happened, and what to do, for the client's developer
    static RefusedException of(int status, String detail) {
        Response problem = Response.json(Map.of(
                        "type",
                        "about:blank",
                        "title",
                        TITLES.getOrDefault(status, "Refused"),
                        "status",
                        status,
                        "detail",
                        detail))
                .status(status)
                .header("Content-Type", "application/problem+json");
        return new RefusedException(detail, problem);
    }

    RefusedException with(String header, String value) {
        return new RefusedException(detail, response.header(header, value));
    }

    Response response() {
        return response;
    }
}
