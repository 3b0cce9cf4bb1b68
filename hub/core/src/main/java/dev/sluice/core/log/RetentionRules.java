package dev.sluice.core.log;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import java.util.List;
import java.util.function.Function;

/// The retention rule of each channel, as a value: rules can be compared, recorded, and replaced while
/// the log is open.
///
/// @param rules  the rules in order; only the first one that matches a channel applies
/// @param others the rule for all other channels
public record RetentionRules(List<Rule> rules, Retention others) implements Function<ChannelName, Retention> {
    /// Returned by [#pattern] for channels without a rule.
    public static final String ALL_OTHERS = "all others";

    /// The rule of the channels of a pattern.
    public record Rule(Pattern channels, Retention retention) {}

    public RetentionRules {
        rules = List.copyOf(rules);
    }

    @Override
    public Retention apply(ChannelName channel) {
        for (Rule each : rules) if (each.channels.matches(channel)) return each.retention;
        return others;
    }

    /// The pattern of the rule for a channel.
    public String pattern(ChannelName channel) {
        for (Rule each : rules) if (each.channels.matches(channel)) return each.channels.value();
        return ALL_OTHERS;
    }
}
