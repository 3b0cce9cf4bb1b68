package dev.sluice.config;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.stream.Overflow;
import dev.sluice.core.log.Retention;
import java.util.List;
import java.util.Optional;

/// The rules for channels in order: only the first one that matches a channel applies.
public record ChannelRules(List<ChannelRule> all) {
    public static final ChannelRules NONE = new ChannelRules(List.of());

    public Retention retention(ChannelName channel) {
        return first(channel).map(ChannelRule::retention).orElse(Retention.ALL);
    }

    public Overflow overflow(ChannelName channel) {
        return first(channel).map(ChannelRule::overflow).orElse(Overflow.NEVER);
    }

    /// Called for each publish.
    private Optional<ChannelRule> first(ChannelName channel) {
        for (ChannelRule each : all) if (each.matches(channel)) return Optional.of(each);
        return Optional.empty();
    }
}
