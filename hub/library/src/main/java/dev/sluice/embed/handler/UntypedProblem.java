package dev.sluice.embed.handler;

import dev.sluice.server.http.head.Problem;

/// A problem (RFC 9457) of a program's routes that says no more than its status and detail.
public final class UntypedProblem {
    public static final String CONTENT_TYPE = Problem.CONTENT_TYPE;

    private UntypedProblem() {}

    /// Returns the JSON object, with the status's standard phrase as its title.
    public static byte[] json(int status, String detail) {
        return Problem.untyped(status, detail).json();
    }
}
