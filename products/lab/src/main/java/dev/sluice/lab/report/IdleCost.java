package dev.sluice.lab.report;

import java.util.OptionalDouble;

/// The cost of one client per second while nothing is published.
///
/// @param seconds  the duration of the measurement; heartbeats, which come every 15 s, are included only if
///                 it is at least that long
/// @param up       bytes per second from the client, at its socket
/// @param down     bytes per second to the client, at its socket
/// @param requests requests per second
/// @param cpuUs    microseconds of the hub's processor time per second
public record IdleCost(double seconds, double up, double down, double requests, OptionalDouble cpuUs) {}
