package dev.sluice.sense.config;

import dev.sluice.sense.check.CommandCheck;
import dev.sluice.sense.check.Network;
import dev.sluice.sense.heartbeat.HeartbeatCheck;
import dev.sluice.sense.heartbeat.HeartbeatLog;
import dev.sluice.sense.server.ServerRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The types of checks with their keys.
public final class CheckTypes {
    private CheckTypes() {}

    /// Returns all types by their names.
    public static Map<String, CheckType> all(HeartbeatLog heartbeats, ServerRegistry servers, InstantSource clock) {
        return all(heartbeats, servers, Network.system(), clock);
    }

    /// @param reached the way in which checks reach their targets
    public static Map<String, CheckType> all(
            HeartbeatLog heartbeats, ServerRegistry servers, Network reached, InstantSource clock) {
        var web = new WebChecks(reached, clock);
        var network = new NetworkChecks(reached, clock);
        var server = new ServerChecks(servers);
        return Stream.of(
                        CheckType.remote("http", Set.of("headers", "body"), web::http),
                        CheckType.remote("websocket", Set.of("send"), web::webSocket),
                        CheckType.remote("sse", Set.of("headers"), web::sse),
                        CheckType.remote("hub", Set.of("headers"), web::hub),
                        CheckType.remote("tcp", Set.of("send"), network::tcp),
                        CheckType.remote("tls", Set.of(), network::tls),
                        CheckType.remote("dns", Set.of(), network::dns),
                        CheckType.remote("ping", Set.of(), network::ping),
                        // The report of an agent needs no confirmation; a threshold has its own duration.
                        new CheckType("server", false, true, Set.of(), ServerChecks.INTERVAL, 1, server::presence),
                        new CheckType("threshold", false, true, Set.of(), ServerChecks.INTERVAL, 1, server::threshold),
                        new CheckType(
                                "command",
                                true,
                                false,
                                Set.of(),
                                Duration.ofSeconds(60),
                                3,
                                (fields, _) -> command(fields)),
                        // The grace period confirms a silence.
                        new CheckType(
                                "heartbeat",
                                false,
                                true,
                                Set.of(),
                                Duration.ofSeconds(5),
                                1,
                                (fields, name) -> heartbeat(fields, name, heartbeats, clock)))
                .collect(Collectors.toMap(CheckType::name, Function.identity()));
    }

    private static CommandCheck command(Fields fields) {
        List<String> arguments = fields.texts("command");
        if (arguments.isEmpty())
            fields.fault("command", "takes the program and its arguments: [\"/usr/bin/check\", \"-a\"]");
        return new CommandCheck(arguments, fields.integer("expect_exit", 0, 0, 255), fields.text("expect_text", ""));
    }

    private static HeartbeatCheck heartbeat(Fields fields, String name, HeartbeatLog heartbeats, InstantSource clock) {
        Duration second = Duration.ofSeconds(1);
        if (!fields.has("period")) fields.fault("period", "is missing: the time between two heartbeats");
        Duration period = fields.time("period", second, second, Duration.ofDays(40));
        Duration grace = fields.time("grace", Duration.ofSeconds(30), Duration.ZERO, Duration.ofDays(7));
        Duration within = fields.time("expect_duration", Duration.ZERO, Duration.ZERO, Duration.ofDays(7));
        return new HeartbeatCheck(name, heartbeats, period, grace, within, clock);
    }
}
