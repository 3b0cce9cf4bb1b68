package dev.sluice.core.delivery.channel;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.channel.ChannelName;
import dev.sluice.core.delivery.stream.Overflow;
import java.time.Duration;
import java.util.function.Function;

/// Settings of delivery.
///
/// @param encodedBytes native memory for encoded events of all event loops
/// @param answersBytes memory for answers that clients have not received yet, of all connections
/// @param stall        how long a client may accept nothing while bytes are pending
/// @param resolve      how long a cursor ahead of this node's head may wait for the log to reach it
/// @param overflow     the overflow policy of a channel
public record HubSettings(
        long encodedBytes,
        long answersBytes,
        Duration stall,
        Duration resolve,
        Function<ChannelName, Overflow> overflow) {
    public static final HubSettings DEFAULT = new HubSettings(
            64L << 20, Budget.ANSWERS.limit(), Duration.ofSeconds(60), Duration.ofSeconds(5), _ -> Overflow.NEVER);

    /// These settings with another overflow policy.
    public HubSettings with(Function<ChannelName, Overflow> policy) {
        return new HubSettings(encodedBytes, answersBytes, stall, resolve, policy);
    }
}
