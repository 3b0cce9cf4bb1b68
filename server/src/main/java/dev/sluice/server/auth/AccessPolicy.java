package dev.sluice.server.auth;

/// Who callers are, and what they may do: the keys and grants of one reading of the configuration. Immutable,
/// apart from what its parts remember; a changed configuration makes another one.
public record AccessPolicy(Authenticator authenticator, GrantRules rules) {}
