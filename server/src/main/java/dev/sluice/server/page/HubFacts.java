package dev.sluice.server.page;

/// The figures of the hub that the navigation shows.
///
/// @param connections streams of clients; those within a session count once
/// @param startedMs   by the wall clock
public record HubFacts(long channels, long connections, long startedMs) {}
