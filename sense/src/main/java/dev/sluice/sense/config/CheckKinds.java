package dev.sluice.sense.config;

import dev.sluice.sense.check.CommandCheck;
import dev.sluice.sense.heartbeat.BeatLog;
import dev.sluice.sense.heartbeat.HeartbeatCheck;
import dev.sluice.sense.server.ServerBook;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The kinds of checks with their keys.
public final class CheckKinds {
    private CheckKinds() {}

    /// Returns all kinds by their type.
    public static Map<String, CheckKind> all(BeatLog beats, ServerBook servers, InstantSource clock) {
        var web = new WebKinds(clock);
        var network = new NetworkKinds(clock);
        var server = new ServerKinds(servers);
        return Stream.of(
                        CheckKind.remote("http", Set.of("headers", "body"), web::http),
                        CheckKind.remote("websocket", Set.of("send"), web::webSocket),
                        CheckKind.remote("sse", Set.of("headers"), web::sse),
                        CheckKind.remote("hub", Set.of("headers"), web::hub),
                        CheckKind.remote("tcp", Set.of("send"), network::tcp),
                        CheckKind.remote("tls", Set.of(), network::tls),
                        CheckKind.remote("dns", Set.of(), network::dns),
                        CheckKind.remote("ping", Set.of(), network::ping),
                        // What an agent reports needs no second look; a threshold has its own time.
                        new CheckKind("server", false, Set.of(), ServerKinds.INTERVAL, 1, server::presence),
                        new CheckKind("threshold", false, Set.of(), ServerKinds.INTERVAL, 1, server::threshold),
                        new CheckKind(
                                "command", true, Set.of(), Duration.ofSeconds(60), 3, (fields, _) -> command(fields)),
                        // The grace period is the confirmation of a silence.
                        new CheckKind(
                                "heartbeat",
                                false,
                                Set.of(),
                                Duration.ofSeconds(5),
                                1,
                                (fields, name) -> heartbeat(fields, name, beats, clock)))
                .collect(Collectors.toMap(CheckKind::type, Function.identity()));
    }

    private static CommandCheck command(Fields fields) {
        List<String> arguments = fields.texts("command");
        if (arguments.isEmpty())
            fields.fault("command", "takes the program and its arguments: [\"/usr/bin/check\", \"-a\"]");
        return new CommandCheck(arguments, fields.integer("expect_exit", 0, 0, 255), fields.text("expect_text", ""));
    }

    private static HeartbeatCheck heartbeat(Fields fields, String name, BeatLog beats, InstantSource clock) {
        Duration second = Duration.ofSeconds(1);
        if (!fields.has("period")) fields.fault("period", "is missing: the time between two beats");
        Duration period = fields.time("period", second, second, Duration.ofDays(40));
        Duration grace = fields.time("grace", Duration.ofSeconds(30), Duration.ZERO, Duration.ofDays(7));
        Duration within = fields.time("expect_duration", Duration.ZERO, Duration.ZERO, Duration.ofDays(7));
        return new HeartbeatCheck(name, beats, period, grace, within, clock);
    }
}
