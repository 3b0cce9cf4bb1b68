package dev.sluice.core.delivery;

/// The streams of one kind over one transport.
///
/// @param transport see [Wire#transport]
/// @param opened    since the start
/// @param open      now
public record StreamCount(StreamKind kind, String transport, long opened, long open) {}
