package dev.sluice.core.presence;

import dev.sluice.core.budget.Budget;
import java.time.Duration;

/// The settings of presence.
///
/// @param linger     how long a member stays present after its last connection ended; a reconnect within this time
///                   writes nothing
/// @param membersMax the maximum number of members of all channels together, at most half a KiB each; requests
///                   beyond it are refused. All may be in one channel, whose list is built in one piece
public record PresenceSettings(Duration linger, int membersMax) {
    public static final PresenceSettings DEFAULTS =
            new PresenceSettings(Duration.ofSeconds(10), Budget.MEMBERS.count());

    public PresenceSettings {
        if (linger.isNegative()) throw new IllegalArgumentException("linger must not be negative, was " + linger);
        if (membersMax < 1) throw new IllegalArgumentException("membersMax must be 1 or more, was " + membersMax);
    }
}
