package dev.sluice.server.auth;

/// The keys and grants of one reading of the configuration. Immutable,
/// apart from what its parts remember; a changed configuration makes another one.
public record AccessPolicy(Authenticator authenticator, GrantRules rules) {}
