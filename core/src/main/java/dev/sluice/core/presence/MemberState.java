package dev.sluice.core.presence;

/// The state of one member of one channel. Used only by [Presence]'s owner.
final class MemberState {
    final ChannelMembers channelMembers;
    final String client;

    /// The number of the member's connections.
    int connections;

    /// Whether the member counts as present: connected, or lingering after its last connection ended.
    boolean isPresent;

    /// When a lingering member ceases to be present.
    long lingersUntilMs;

    /// Whether the member is present according to the shadow.
    boolean isWritten;

    /// Whether a change of the member is in flight to the shadow.
    boolean isBeingWritten;

    /// When the member joined according to the shadow, in milliseconds since 1970.
    long timeMs;

    MemberState(ChannelMembers channelMembers, String client) {
        this.channelMembers = channelMembers;
        this.client = client;
    }
}
