package dev.sluice.sense.config;

import dev.sluice.sense.check.Check;
import dev.sluice.sense.server.PresenceCheck;
import dev.sluice.sense.server.ServerPattern;
import dev.sluice.sense.server.ServerPatternCheck;
import dev.sluice.sense.server.ServerRegistry;
import dev.sluice.sense.server.Threshold;
import dev.sluice.sense.server.ThresholdCheck;
import java.time.Duration;
import java.util.function.Function;

/// Reads the keys of checks of servers, which use the reports of agents.
record ServerChecks(ServerRegistry servers) {
    static final Duration INTERVAL = Duration.ofSeconds(10);

    Check presence(Fields fields, String name) {
        // A restart is a failure until it is confirmed; until then the check runs several times a second.
        Duration hold = Duration.ofSeconds(1 + fields.integer("failures", 1, 1, 100));
        return each(fields, name, server -> new PresenceCheck(servers, server, hold));
    }

    Check threshold(Fields fields, String name) {
        if (!fields.has("server")) fields.fault("server", "is missing: the name of an agent, or a pattern of names");
        if (!fields.has("alert")) fields.fault("alert", "is missing: such as 'disk / > 90 % for 5m'");
        Threshold threshold =
                fields.parsed("alert", Threshold::parse).orElse(new Threshold.FullWithin("", Duration.ofDays(1)));
        return each(fields, name, server -> new ThresholdCheck(servers, server, threshold));
    }

    /// Returns the check of a server, or a placeholder for the checks of all matching servers.
    private Check each(Fields fields, String name, Function<String, Check> check) {
        String server = fields.text("server", name);
        if (ServerPattern.isPattern(server))
            return fields.parsed("server", ServerPattern::parse)
                    .<Check>map(pattern -> new ServerPatternCheck(servers, pattern, check))
                    .orElseGet(() -> check.apply(server));
        if (!server.isEmpty() && !Definition.NAME.matcher(server).matches())
            fields.fault("server", "is not a name of a server");
        return check.apply(server);
    }
}
