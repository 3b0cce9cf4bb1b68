package dev.sluice.core.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.cursor.Cursor;
import java.util.List;

/// Who is in a channel, as its [Shadow] says up to a place of the log: who reads the shadow from there on misses no
/// change, and is told none twice.
///
/// @param members in the order in which they came
public record Members(ChannelName channel, List<Member> members, Cursor at) {
    /// @param timeMs when the log was told, in milliseconds since 1970
    public record Member(String client, long timeMs) {}
}
