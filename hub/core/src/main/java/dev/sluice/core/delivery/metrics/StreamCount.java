package dev.sluice.core.delivery.metrics;

import dev.sluice.core.delivery.stream.StreamKind;

/// The streams of one kind over one transport.
///
/// @param transport see [dev.sluice.core.delivery.stream.Wire#transport]
/// @param opened    since the start
/// @param open      now
public record StreamCount(StreamKind kind, String transport, long opened, long open) {}
