package dev.sluice.server.stats;

import dev.sluice.core.access.Grant;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.Hub;
import dev.sluice.core.event.Content;
import dev.sluice.core.event.Draft;
import dev.sluice.core.event.EventFields;
import dev.sluice.core.log.Conditions;
import dev.sluice.core.log.Publication;
import org.jspecify.annotations.Nullable;

/// Publishes statistics.
final class StatsWriter {
    private final Hub statistics;

    StatsWriter(Hub statistics) {
        this.statistics = statistics;
    }

    /// @param key null if the event replaces no other
    void publish(ChannelName channel, String type, @Nullable String key, Content content) {
        Draft draft = Draft.event(channel, type, EventFields.ofKey(key), content);
        statistics.publish(Grant.EVERYTHING, new Publication(draft, Conditions.NONE));
    }

    void delete(ChannelName channel) {
        statistics.delete(Grant.EVERYTHING, channel);
    }
}
