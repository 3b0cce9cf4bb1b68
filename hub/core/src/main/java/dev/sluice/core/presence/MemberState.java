package dev.sluice.core.presence;

import org.jspecify.annotations.Nullable;

/// The state of one member of one channel. Used only by [Presence]'s owner.
final class MemberState {
    final ChannelMembers channelMembers;
    final String client;

    /// The caller whose connection made it a member; null if the caller is not counted.
    @Nullable
    Object broughtBy;

    /// The number of the member's connections to this server.
    int connections;

    /// Whether the member counts as present here: connected, or lingering after its last connection ended.
    boolean isPresent;

    /// When a lingering member ceases to be present.
    long lingersUntilMs;

    /// Whether this server holds the member according to the log.
    boolean isHeld;

    /// Whether a change of this hold is in flight to the log.
    boolean isBeingWritten;

    /// Whether the member is in the channel's list: any server holds it.
    boolean isListed;

    /// When the member joined according to the shadow, in milliseconds since 1970.
    long timeMs;

    MemberState(ChannelMembers channelMembers, String client) {
        this.channelMembers = channelMembers;
        this.client = client;
    }

    /// Whether it is present here, or this server's hold is yet to end.
    boolean isHere() {
        return isPresent || isHeld || isBeingWritten;
    }

    boolean isNeeded() {
        return isPresent || isHeld || isListed;
    }
}
