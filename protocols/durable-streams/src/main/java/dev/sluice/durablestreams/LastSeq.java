package dev.sluice.durablestreams;

/// The last `Stream-Seq` of a stream.
record LastSeq(String seq) {}
