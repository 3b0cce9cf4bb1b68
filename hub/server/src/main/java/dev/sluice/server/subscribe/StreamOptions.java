package dev.sluice.server.subscribe;

import java.time.Duration;

/// The options of a stream that carries more than one subscription.
///
/// @param heartbeat    the interval of its heartbeats
/// @param paddingBytes the length of a comment sent before anything else (SSE)
public record StreamOptions(Duration heartbeat, int paddingBytes) {}
