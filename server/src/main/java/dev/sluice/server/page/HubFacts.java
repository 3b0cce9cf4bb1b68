package dev.sluice.server.page;

/// What the navigation tells of the hub.
///
/// @param connections streams of clients; those within a session count once
/// @param startedMs   by the wall clock
public record HubFacts(long channels, long connections, long startedMs) {}
