package dev.sluice.core.access;

/// Thrown by a method that takes a [Grant] if the grant does not permit the call. Nothing has been read or changed by
/// then, and neither this exception nor the time it takes depends on whether the channel exists. Has no stack trace,
/// because it is an expected outcome of requests from outside.
public final class AccessDenied extends RuntimeException {
    private final transient Principal principal;
    private final Verb verb;
    private final String channels;

    /// @param channels the name or pattern that was asked for
    public AccessDenied(Principal principal, Verb verb, String channels) {
        super(principal + " has no grant of '" + verb.text() + "' for '" + channels + "'", null, false, false);
        this.principal = principal;
        this.verb = verb;
        this.channels = channels;
    }

    public Principal principal() {
        return principal;
    }

    public Verb verb() {
        return verb;
    }

    /// The name or pattern that was asked for.
    public String channels() {
        return channels;
    }
}
