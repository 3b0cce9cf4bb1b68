package dev.sluice.sense.api;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.sense.config.NotifierDefinition;
import dev.sluice.sense.monitor.AlertWriter;
import dev.sluice.sense.monitor.Catalog;
import dev.sluice.sense.monitor.NotifierRegistry;
import dev.sluice.sense.notify.Delivery;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Notifiers: their definitions, without secrets, and a test message.
record NotifierRoutes(Catalog catalog, NotifierRegistry registry, AlertWriter alerts) {
    Response list(Request request) {
        return Answers.ok(Map.of(
                "notifiers",
                registry.definitions().stream().map(NotifierRoutes::shown).toList()));
    }

    private static Map<String, Object> shown(NotifierDefinition definition) {
        Map<String, Object> all = new LinkedHashMap<>(definition.publicValues());
        if (definition.isInFile()) all.put("in_file", true);
        return all;
    }

    Response put(Request request) throws InterruptedException {
        return Answers.reading(
                request,
                body -> Answers.ok(catalog.putNotifier(name(request), body).publicValues()));
    }

    Response remove(Request request) throws InterruptedException {
        return Answers.reading(
                request, _ -> catalog.removeNotifier(name(request)) ? Answers.done() : Answers.notFound("notifier"));
    }

    Response test(Request request) throws InterruptedException {
        Optional<NotifierDefinition> found = registry.find(name(request));
        if (found.isEmpty()) return Answers.notFound("notifier");
        return switch (found.get().notifier().send(alerts.test())) {
            case Delivery.Accepted() -> Answers.ok(Map.of("result", "accepted"));
            case Delivery.Failed(String problem) -> Answers.ok(Map.of("result", "failed", "problem", problem));
        };
    }

    private static String name(Request request) {
        return request.stars().getFirst();
    }
}
