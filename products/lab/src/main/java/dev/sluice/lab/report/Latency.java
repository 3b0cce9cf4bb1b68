package dev.sluice.lab.report;

/// Latencies in milliseconds, from the sending of an event to its arrival at a client.
///
/// @param count the number of measured deliveries
public record Latency(long count, double p50, double p90, double p99, double max) {}
