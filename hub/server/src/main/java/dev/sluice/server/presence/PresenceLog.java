package dev.sluice.server.presence;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.encoding.LogField;
import dev.sluice.core.presence.PresenceListener;

/// Logs failures of presence for the operator. Channel names are chosen by users, so they are not logged.
public final class PresenceLog implements PresenceListener {
    private static final System.Logger LOG = System.getLogger(PresenceLog.class.getName());

    @Override
    public void onWritesFailing(ChannelName channel, String reason) {
        LOG.log(
                System.Logger.Level.WARNING,
                "presence can't be written, retrying every second why=" + LogField.quoted(reason));
    }

    @Override
    public void onWritesRecovered() {
        LOG.log(System.Logger.Level.INFO, "presence is written again");
    }

    @Override
    public void onUnreadable(ChannelName channel, Throwable failure) {
        LOG.log(
                System.Logger.Level.ERROR,
                "the members of a channel can't be read: check the log. They are announced again when they rejoin",
                failure);
    }
}
