package dev.sluice.durablestreams;

/// The producer headers of an append.
///
/// @param id    the producer's name
/// @param epoch the producer's session
/// @param seq   the append within the session, from 0
record ProducerAppend(String id, long epoch, long seq) {}
