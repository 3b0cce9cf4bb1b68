package dev.sluice.lab.hub;

/// The processor time that a process has used so far, and its memory now.
///
/// @param cpuNs    user and system time of all threads except those of the JIT compiler
/// @param rssBytes resident memory
public record HubUsage(long cpuNs, long rssBytes) {}
