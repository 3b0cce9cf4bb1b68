package dev.sluice.server.auth;

/// The keys and grants of one version of the configuration. Immutable, apart from what its parts cache; a
/// changed configuration creates another policy.
public record AccessPolicy(Authenticator authenticator, GrantRules rules) {}
