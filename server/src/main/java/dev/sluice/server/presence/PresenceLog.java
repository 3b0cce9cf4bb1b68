package dev.sluice.server.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.presence.Trouble;

/// Tells the operator what presence can't do. Channels are named by people: they are not.
public final class PresenceLog implements Trouble {
    private static final System.Logger LOG = System.getLogger(PresenceLog.class.getName());

    @Override
    public void begins(ChannelName channel, String why) {
        LOG.log(
                System.Logger.Level.WARNING,
                "presence can't be written, and is tried again every second why=\"" + why + "\"");
    }

    @Override
    public void isOver() {
        LOG.log(System.Logger.Level.INFO, "presence is written again");
    }

    @Override
    public void isUnreadable(ChannelName channel, Throwable why) {
        LOG.log(
                System.Logger.Level.ERROR,
                "who was in a channel can't be read: check the log. They are told of anew when they come back",
                why);
    }
}
