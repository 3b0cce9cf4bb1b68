package dev.sluice.durablestreams;

import org.jspecify.annotations.Nullable;

/// How a stream was closed.
///
/// @param by the append of a producer that closed it; null if no producer did
record Closing(@Nullable ProducerAppend by) {}
