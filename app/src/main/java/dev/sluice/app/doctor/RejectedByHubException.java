package dev.sluice.app.doctor;

import java.io.IOException;
import java.net.http.HttpResponse;

/// Thrown when the hub itself refused a request, because it is overloaded or gets too many. This is not a
/// fault of the connection.
final class RejectedByHubException extends IOException {
    private static final long serialVersionUID = 1;
    private static final String PROBLEM = "application/problem+json";

    private RejectedByHubException(String seen) {
        super(seen);
    }

    /// @throws RejectedByHubException if this answer is such a refusal; proxies have other types for theirs
    static void check(HttpResponse<?> answer) throws RejectedByHubException {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        if (isOf(answer.statusCode(), type)) throw of(answer.statusCode());
    }

    /// @param head the head of an answer, or the whole answer
    static void check(int status, String head) throws RejectedByHubException {
        if (isOf(status, head)) throw of(status);
    }

    private static boolean isOf(int status, String head) {
        return (status == 429 || status == 503) && head.contains(PROBLEM);
    }

    private static RejectedByHubException of(int status) {
        return new RejectedByHubException("the hub answered with status " + status + " (" + PROBLEM + ")");
    }
}
