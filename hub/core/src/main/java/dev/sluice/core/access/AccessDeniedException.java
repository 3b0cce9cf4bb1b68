package dev.sluice.core.access;

/// Thrown by a method that takes a [Grant] if the grant does not permit the call. Nothing has been read or
/// changed by then, and neither this exception nor the time it takes depends on whether the channel exists. Has
/// no stack trace, because it is an expected outcome of requests from outside.
public final class AccessDeniedException extends RuntimeException {
    private final transient Principal principal;
    private final Verb verb;
    private final String channels;
    private final boolean asksForCredential;

    /// @param channels          the name or pattern that was requested
    /// @param asksForCredential whether the caller showed no credential, or one that has expired, and another might
    ///                          permit it
    public AccessDeniedException(Principal principal, Verb verb, String channels, boolean asksForCredential) {
        super(principal + " has no grant of '" + verb.text() + "' for '" + channels + "'", null, false, false);
        this.principal = principal;
        this.verb = verb;
        this.channels = channels;
        this.asksForCredential = asksForCredential;
    }

    public Principal principal() {
        return principal;
    }

    public Verb verb() {
        return verb;
    }

    /// The name or pattern that was requested.
    public String channels() {
        return channels;
    }

    /// Whether the caller may try again with a credential (401) instead of asking for more permissions (403).
    public boolean asksForCredential() {
        return asksForCredential;
    }
}
