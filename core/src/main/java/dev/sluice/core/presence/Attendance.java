package dev.sluice.core.presence;

/// What is known of one member of one channel. Only [Presence]'s owner touches it.
final class Attendance {
    final Room room;
    final String client;

    /// How many there are of it.
    int connections;

    /// Whether it counts as there: connected, or not gone for long.
    boolean isHere;

    /// When it no longer does, if nobody comes back.
    long lingersUntilMs;

    /// Whether the shadow says that it is there.
    boolean isWritten;

    /// Whether what the shadow says of it is being changed just now.
    boolean isBeingWritten;

    /// When the shadow was told that it is there, in milliseconds since 1970.
    long timeMs;

    Attendance(Room room, String client) {
        this.room = room;
        this.client = client;
    }
}
