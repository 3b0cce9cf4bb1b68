package dev.sluice.server.http.head;

/// The method of a request (RFC 9110 §9): one of the constants, or any other name that a client sends.
///
/// @param name case-sensitive
public record Method(String name) {
    public static final Method GET = new Method("GET");
    public static final Method HEAD = new Method("HEAD");
    public static final Method POST = new Method("POST");
    public static final Method PUT = new Method("PUT");
    public static final Method DELETE = new Method("DELETE");
    public static final Method OPTIONS = new Method("OPTIONS");

    static Method of(String name) {
        return switch (name) {
            case "GET" -> GET;
            case "HEAD" -> HEAD;
            case "POST" -> POST;
            case "PUT" -> PUT;
            case "DELETE" -> DELETE;
            case "OPTIONS" -> OPTIONS;
            default -> new Method(name);
        };
    }

    /// Returns true if the client may repeat the request, which is to change nothing (RFC 9110 §9.2.1).
    public boolean isSafe() {
        return equals(GET) || equals(HEAD) || equals(OPTIONS);
    }

    /// Written out, because the first call of a record's generated method takes some 10 ms at the start.
    @Override
    public boolean equals(Object other) {
        return other instanceof Method(String its) && name.equals(its);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }
}
