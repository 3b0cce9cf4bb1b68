package dev.sluice.core.presence;

import dev.sluice.core.budget.Budget;
import java.time.Duration;

/// What an operator may decide about presence.
///
/// @param linger     how long a member stays behind the end of its last connection: a reconnect within it is no news
/// @param membersMax members of all channels together, half a KiB each at most; more are refused at the door.
///                   All may be in one list, which is built at once
public record PresenceSettings(Duration linger, int membersMax) {
    public static final PresenceSettings DEFAULTS =
            new PresenceSettings(Duration.ofSeconds(10), Budget.MEMBERS.count());

    public PresenceSettings {
        if (linger.isNegative()) throw new IllegalArgumentException("linger must not be negative, was " + linger);
        if (membersMax < 1) throw new IllegalArgumentException("membersMax must be 1 or more, was " + membersMax);
    }
}
