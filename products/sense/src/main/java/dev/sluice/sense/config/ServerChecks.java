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

/// The keys of checks of servers, by what their agents report.
record ServerChecks(ServerRegistry servers) {
    static final Duration INTERVAL = Duration.ofSeconds(10);

    Check presence(Fields fields, String name) {
        // A restart is a failure until it is confirmed; it is looked at several times a second until then.
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

    /// The check of a server, or what stands for those of all servers that match.
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
