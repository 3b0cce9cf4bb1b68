package dev.sluice.core.presence;

import dev.sluice.core.channel.ChannelName;
import java.util.Comparator;

/// A client as a member of a channel. Sorted by the characters of both names, so that all nodes of a cluster
/// have the members in one order.
public record MemberKey(ChannelName channel, String client) implements Comparable<MemberKey> {
    private static final Comparator<MemberKey> ORDER =
            Comparator.comparing(MemberKey::channel).thenComparing(MemberKey::client);

    @Override
    public int compareTo(MemberKey other) {
        return ORDER.compare(this, other);
    }
}
