package dev.sluice.core.log;

import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.channel.Pattern;
import dev.sluice.core.channel.Selection;
import dev.sluice.core.event.Draft;
import java.time.Duration;
import java.util.function.Function;

/// The channels in which a hub keeps records for its operator. They have their own retention rules, and only the
/// hub publishes to them.
public final class HubChannels {
    /// The revocations of tokens.
    public static final ChannelName REVOKED = new ChannelName("$revoked");

    /// The actions that matter to an operator.
    public static final ChannelName AUDIT = new ChannelName("$audit");

    /// The type of the events in [#AUDIT] that say who revoked tokens.
    public static final String REVOKED_ACTION = "revoked";

    /// The counts of refused requests. Apart from [#AUDIT], because a flood of refusals must not push out actions.
    public static final ChannelName REFUSALS = new ChannelName("$audit/refusals");

    /// The hub's statistics. This channel and those below it are in a separate log.
    public static final ChannelName STATS = new ChannelName("$stats");

    /// The beginning of the names of channels that have the leases of other channels, one event each.
    public static final String LEASES = "$leases/";

    /// Keeps the newest record of a lease until it ends.
    private static final Retention LEASE_RETENTION = Retention.events(1).andProtected();

    /// The highest number of revocations in force that a hub can be configured to accept.
    public static final int REVOCATIONS_MAX = 100_000;

    /// Keeps a revocation for longer than any client certificate may be valid, which is ten years.
    public static final Retention REVOKED_RETENTION =
            new Retention(Duration.ofDays(3_652), REVOCATIONS_MAX, Retention.ALL.maxBytes()).andProtected();

    private HubChannels() {}

    /// Whether an event records a revocation, or who made it.
    public static boolean isOfRevocation(Draft draft) {
        return draft.channel().equals(REVOKED)
                || (draft.channel().equals(AUDIT) && draft.type().equals(REVOKED_ACTION));
    }

    /// Whether a channel is for operators.
    public static boolean isForOperators(ChannelName name) {
        return isForOperators(name.value());
    }

    /// Whether a pattern selects a channel for operators, existing or not. No pattern selects both these and other
    /// channels, because wildcards do not match reserved segments.
    public static boolean isForOperators(Pattern pattern) {
        return isForOperators(pattern.value());
    }

    private static boolean isForOperators(String value) {
        return value.equals(REVOKED.value())
                || value.equals(AUDIT.value())
                || value.startsWith(AUDIT + "/")
                || value.startsWith(LEASES);
    }

    /// Whether a channel has statistics, existing or not.
    public static boolean isStatistics(ChannelName name) {
        return isStatistics(name.value());
    }

    /// Whether a pattern selects channels of statistics, and no others: wildcards do not match reserved segments.
    public static boolean isStatistics(Pattern pattern) {
        return isStatistics(pattern.value());
    }

    /// Whether all patterns of a selection select statistics.
    public static boolean isStatistics(Selection selection) {
        for (Pattern pattern : selection.patterns()) if (!isStatistics(pattern)) return false;
        return true;
    }

    private static boolean isStatistics(String value) {
        return value.equals(STATS.value()) || value.startsWith(STATS + "/");
    }

    /// These rules for all channels, except that nothing can shorten the life of a revocation or a lease, and that
    /// no rule for the whole log reaches the audit log.
    ///
    /// @param rules the rules, which also apply to [#AUDIT] and [#REFUSALS]
    public static Function<ChannelName, Retention> retention(Function<ChannelName, Retention> rules) {
        return name -> {
            if (name.equals(REVOKED)) return REVOKED_RETENTION;
            if (name.value().startsWith(LEASES)) return LEASE_RETENTION;
            Retention rule = rules.apply(name);
            return isForOperators(name) ? rule.andProtected() : rule;
        };
    }
}
