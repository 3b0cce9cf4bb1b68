package dev.sluice.mercure;

import dev.sluice.Response;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Ends the handling of a request with a refusal. Has no stack trace, because it is an expected outcome.
final class RefusedException extends RuntimeException {
    private final int status;
    private final String detail;

    /// The error of RFC 6750 §3.1; empty if the request had no token, null if the refusal is not about one.
    private final @Nullable String error;

    private RefusedException(int status, String detail, @Nullable String error) {
        super(detail, null, false, false);
        this.status = status;
        this.detail = detail;
        this.error = error;
    }

    /// @param detail what happened, and what to do, for the client's developer
    static RefusedException of(int status, String detail) {
        return new RefusedException(status, detail, null);
    }

    /// Adds the challenge of RFC 6750 §3.
    ///
    /// @param code empty if the request had no token
    RefusedException challenge(String code) {
        return new RefusedException(status, detail, code);
    }

    /// @param metadata the address of the hub's description (RFC 9728 §5.1); null if it has none
    Response response(@Nullable String metadata) {
        Response problem = Response.problem(status, detail);
        if (error == null) return problem;
        String challenge = Stream.of(parameter("error", error), parameter("resource_metadata", metadata))
                .filter(each -> !each.isEmpty())
                .collect(Collectors.joining(", "));
        return problem.header("WWW-Authenticate", ("Bearer " + challenge).strip());
    }

    private static String parameter(String name, @Nullable String value) {
        return value == null || value.isEmpty() ? "" : name + "=\"" + value + "\"";
    }
}
