package dev.sluice.core.presence;

import dev.sluice.core.channel.ChannelName;

/// What presence can't do, for the operator. May be called on any thread, and must be quick.
public interface Trouble {
    /// The log takes no changes. Nothing is forgotten, and they are tried again every second. Not told again before
    /// [#isOver].
    void begins(ChannelName channel, String why);

    /// All that waited is written.
    void isOver();

    /// At the start, who was in this channel could not be read. Whoever comes back is told of anew.
    void isUnreadable(ChannelName channel, Throwable why);
}
