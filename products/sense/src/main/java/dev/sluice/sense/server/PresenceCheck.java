package dev.sluice.sense.server;

import dev.sluice.sense.check.Check;
import dev.sluice.sense.check.Outcome;
import java.time.Duration;

/// Checks that a server's agent reports, and that the server was not restarted.
///
/// @param hold how long a restart counts as a failure, so that it is confirmed and reported
public record PresenceCheck(ServerRegistry servers, String server, Duration hold) implements Check {
    @Override
    public Outcome run() {
        return servers.presence(server, hold);
    }
}
