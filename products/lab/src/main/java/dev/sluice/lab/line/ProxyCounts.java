package dev.sluice.lab.line;

/// The counts of a line since it was opened, or between two moments.
///
/// @param connections connections that clients opened
/// @param up          bytes from clients
/// @param down        bytes to clients
public record ProxyCounts(long connections, long up, long down) {
    public ProxyCounts minus(ProxyCounts before) {
        return new ProxyCounts(connections - before.connections, up - before.up, down - before.down);
    }
}
