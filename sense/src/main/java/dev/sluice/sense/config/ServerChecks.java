package dev.sluice.sense.config;

import dev.sluice.sense.check.Check;
import dev.sluice.sense.server.PresenceCheck;
import dev.sluice.sense.server.ServerBook;
import dev.sluice.sense.server.Threshold;
import dev.sluice.sense.server.ThresholdCheck;
import java.time.Duration;

/// The keys of checks of servers, by what their agents report.
record ServerChecks(ServerBook servers) {
    static final Duration INTERVAL = Duration.ofSeconds(10);

    Check presence(Fields fields, String name) {
        // A restart is a failure until it is confirmed; it is looked at several times a second until then.
        Duration hold = Duration.ofSeconds(1 + fields.integer("failures", 1, 1, 100));
        return new PresenceCheck(servers, server(fields, name), hold);
    }

    Check threshold(Fields fields, String name) {
        if (!fields.has("server")) fields.fault("server", "is missing: the name of an agent");
        if (!fields.has("alert")) fields.fault("alert", "is missing: such as 'disk / > 90 % for 5m'");
        Threshold threshold =
                fields.parsed("alert", Threshold::parse).orElse(new Threshold.FullWithin("", Duration.ofDays(1)));
        return new ThresholdCheck(servers, server(fields, name), threshold);
    }

    private static String server(Fields fields, String name) {
        String server = fields.text("server", name);
        if (!server.isEmpty() && !Definition.NAME.matcher(server).matches())
            fields.fault("server", "is not a name of a server");
        return server;
    }
}
