package dev.sluice.app.config;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.Overflow;
import dev.sluice.core.log.Retention;
import java.util.List;
import java.util.Optional;

/// The rules for channels, in order: the first that matches a channel counts, and nothing of the others.
record ChannelRules(List<ChannelRule> all) {
    static final ChannelRules NONE = new ChannelRules(List.of());

    Retention retention(ChannelName channel) {
        return first(channel).map(ChannelRule::retention).orElse(Retention.ALL);
    }

    Overflow overflow(ChannelName channel) {
        return first(channel).map(ChannelRule::overflow).orElse(Overflow.NEVER);
    }

    private Optional<ChannelRule> first(ChannelName channel) {
        return all.stream().filter(rule -> rule.matches(channel)).findFirst();
    }
}
