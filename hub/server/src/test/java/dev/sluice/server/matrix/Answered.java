package dev.sluice.server.matrix;

/// The result of a knock at a door.
enum Answered {
    /// It was done.
    PASSED,

    /// Something was shown, but nothing of the channel.
    HIDDEN,

    /// `401 unauthorized`: come back with a credential.
    UNAUTHORIZED,

    /// `401 bad-token`.
    BAD_TOKEN,

    /// `403 forbidden`.
    FORBIDDEN;

    /// @param type of the problem
    static Answered refusal(int status, String type) {
        String refusal = status + " " + type;
        return switch (refusal) {
            case "401 /problems/unauthorized" -> UNAUTHORIZED;
            case "401 /problems/bad-token" -> BAD_TOKEN;
            case "403 /problems/forbidden" -> FORBIDDEN;
            default -> throw new AssertionError("another refusal: " + refusal);
        };
    }
}
