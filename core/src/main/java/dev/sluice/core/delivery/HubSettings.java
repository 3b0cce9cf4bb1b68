package dev.sluice.core.delivery;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.channel.ChannelName;
import java.time.Duration;
import java.util.function.Function;

/// What an operator may decide about delivery.
///
/// @param encodedBytes native memory for encoded events of all event loops
/// @param answersBytes what polls have found and their clients have not taken, of all connections
/// @param stall        how long a reader may take nothing while something waits for it
/// @param resolve      how long a cursor ahead of this node's head may wait for the head
/// @param overflow     when readers of a channel are too far behind
public record HubSettings(
        long encodedBytes,
        long answersBytes,
        Duration stall,
        Duration resolve,
        Function<ChannelName, Overflow> overflow) {
    public static final HubSettings DEFAULT = new HubSettings(
            64L << 20, Budget.ANSWERS.limit(), Duration.ofSeconds(60), Duration.ofSeconds(5), _ -> Overflow.NEVER);
}
