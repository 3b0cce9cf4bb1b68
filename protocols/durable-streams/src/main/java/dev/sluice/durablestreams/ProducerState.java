package dev.sluice.durablestreams;

/// The last append of a producer.
record ProducerState(long epoch, long seq) {}
