package dev.sluice.sense.api;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.monitor.Catalog;
import dev.sluice.sense.monitor.CheckRun;
import dev.sluice.sense.monitor.Monitor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Checks: their states, their definitions, and trying one.
record CheckRoutes(Catalog catalog, Monitor monitor, BeatRoutes beats) {
    Response list(Request request) {
        return Answers.ok(Map.of("checks", monitor.showAll()));
    }

    Response show(Request request) {
        return monitor.show(name(request)).map(Answers::ok).orElseGet(() -> Answers.notFound("check"));
    }

    Response uptime(Request request) {
        return monitor.uptime(name(request))
                .map(uptime -> Answers.ok(uptime.json()))
                .orElseGet(() -> Answers.notFound("check"));
    }

    Response definition(Request request) {
        return monitor.definition(name(request))
                .map(definition -> Answers.ok(shown(definition)))
                .orElseGet(() -> Answers.notFound("check"));
    }

    Response put(Request request) throws InterruptedException {
        return Answers.reading(request, body -> Answers.ok(shown(catalog.putCheck(name(request), body))));
    }

    /// The definition, and for a heartbeat where its job reports.
    private Map<String, Object> shown(CheckDefinition definition) {
        Map<String, Object> all = new LinkedHashMap<>(definition.publicValues());
        if (definition.kind().type().equals("heartbeat")) all.put("beat", beats.path(definition.name()));
        return all;
    }

    Response remove(Request request) throws InterruptedException {
        return Answers.reading(
                request, _ -> catalog.removeCheck(name(request)) ? Answers.done() : Answers.notFound("check"));
    }

    /// Runs a check that is not saved, once.
    Response tryNow(Request request) throws InterruptedException {
        return Answers.reading(request, body -> {
            Map<String, Object> values = new LinkedHashMap<>(body);
            values.putIfAbsent("name", "try");
            Optional<CheckDefinition> old = monitor.definition(String.valueOf(values.get("name")));
            CheckDefinition definition = catalog.read(values, old);
            return Answers.ok(CheckRun.tryNow(definition));
        });
    }

    private static String name(Request request) {
        return request.stars().getFirst();
    }
}
