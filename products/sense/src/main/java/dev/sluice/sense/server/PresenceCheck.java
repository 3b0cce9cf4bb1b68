package dev.sluice.sense.server;

import dev.sluice.sense.check.Check;
import dev.sluice.sense.check.Outcome;
import java.time.Duration;

/// Looks whether a server's agent reports, and whether the server was restarted.
///
/// @param hold for how long a restart is a failure, so that it is confirmed and reported
public record PresenceCheck(ServerRegistry servers, String server, Duration hold) implements Check {
    @Override
    public Outcome run() {
        return servers.presence(server, hold);
    }
}
