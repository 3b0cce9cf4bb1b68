package dev.sluice.core.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import java.util.List;

/// The members of a channel according to its [PresenceChannel] up to a cursor: a reader of the shadow from this
/// cursor on receives every later change, exactly once.
///
/// @param members in the order in which they joined
/// @param at      the cursor in the shadow
public record Members(ChannelName channel, List<Member> members, Cursor at) {
    /// @param timeMs when the member joined according to the log, in milliseconds since 1970
    public record Member(String client, long timeMs) {}
}
