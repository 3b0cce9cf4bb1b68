package dev.sluice.core.delivery.operator;

import dev.sluice.core.delivery.stream.EndCode;

/// A stream that has ended, as its operator sees it.
///
/// @param last    its status when it ended
/// @param endedMs milliseconds since 1970
public record ClosedStreamStatus(StreamStatus last, EndCode reason, long endedMs) {}
