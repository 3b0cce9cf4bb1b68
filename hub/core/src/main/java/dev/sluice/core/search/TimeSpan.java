package dev.sluice.core.search;

/// The times of the first and the last event of a part of the log, in milliseconds since 1970.
public record TimeSpan(long firstMs, long lastMs) {}
