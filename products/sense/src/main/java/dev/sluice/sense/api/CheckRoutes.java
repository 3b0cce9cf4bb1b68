package dev.sluice.sense.api;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.monitor.CheckRun;
import dev.sluice.sense.monitor.DefinitionRegistry;
import dev.sluice.sense.monitor.Monitor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Routes for checks: their states, their definitions, and test runs.
public record CheckRoutes(DefinitionRegistry definitions, Monitor monitor, HeartbeatRoutes heartbeats) {
    Response list(Request request) {
        return ApiResponses.ok(Map.of("checks", monitor.showAll()));
    }

    Response show(Request request) {
        return monitor.show(name(request)).map(ApiResponses::ok).orElseGet(() -> ApiResponses.notFound("check"));
    }

    Response uptime(Request request) {
        return monitor.uptime(name(request))
                .map(uptime -> ApiResponses.ok(uptime.json()))
                .orElseGet(() -> ApiResponses.notFound("check"));
    }

    Response definition(Request request) {
        Optional<String> version = definitions.checkVersion(
                name(request)); // Read first: a version that is too old only makes a change fail.
        return monitor.definition(name(request))
                .map(definition -> ApiResponses.versioned(shown(definition), version))
                .orElseGet(() -> ApiResponses.notFound("check"));
    }

    Response put(Request request) throws InterruptedException {
        String name = name(request);
        return ApiResponses.reading(request, body -> {
            var saved = definitions.putCheck(name, values(body), ApiResponses.precondition(request));
            return ApiResponses.versioned(shown(saved), definitions.checkVersion(name));
        });
    }

    /// Returns the definition and, for a heartbeat, the path at which its job reports.
    private Map<String, Object> shown(CheckDefinition definition) {
        Map<String, Object> all = new LinkedHashMap<>(definition.publicValues());
        if (definition.type().name().equals("heartbeat")) all.put("beat", heartbeats.path(definition.name()));
        return all;
    }

    /// Returns the values of a definition that a client may have got from [#shown].
    private static Map<String, Object> values(Map<String, Object> body) {
        Map<String, Object> values = new LinkedHashMap<>(body);
        values.remove("beat");
        return values;
    }

    Response remove(Request request) throws InterruptedException {
        return ApiResponses.reading(request, _ -> {
            if (!definitions.removeCheck(name(request))) return ApiResponses.notFound("check");
            heartbeats.forget(name(request));
            return ApiResponses.done();
        });
    }

    /// Runs a check once without saving it.
    Response tryNow(Request request) throws InterruptedException {
        return ApiResponses.reading(request, body -> {
            Map<String, Object> values = values(body);
            values.putIfAbsent("name", "try");
            Optional<CheckDefinition> old = monitor.definition(String.valueOf(values.get("name")));
            CheckDefinition definition = definitions.read(values, old);
            return ApiResponses.ok(CheckRun.tryNow(definition));
        });
    }

    private static String name(Request request) {
        return request.stars().getFirst();
    }
}
