package dev.sluice.sense.api;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.sense.config.NotifierDefinition;
import dev.sluice.sense.monitor.AlertWriter;
import dev.sluice.sense.monitor.DefinitionRegistry;
import dev.sluice.sense.monitor.MonitorJson;
import dev.sluice.sense.monitor.NotifierRegistry;
import dev.sluice.sense.monitor.Precondition;
import dev.sluice.sense.notify.Delivery;
import dev.sluice.sense.notify.OutboxStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/// Routes for notifiers: their definitions without secrets, and a test message.
public record NotifierRoutes(
        DefinitionRegistry definitions,
        NotifierRegistry registry,
        AlertWriter alerts,
        OutboxStore store,
        Consumer<String> retries) {
    Response list(Request request) {
        Map<String, Long> waiting = store.waiting();
        return ApiResponses.ok(Map.of(
                "notifiers",
                registry.definitions().stream()
                        .map(each -> withDelivery(each, waiting))
                        .toList()));
    }

    private Map<String, Object> withDelivery(NotifierDefinition definition, Map<String, Long> waiting) {
        Map<String, Object> all = shown(definition);
        String name = definition.name();
        all.put(
                "delivery",
                MonitorJson.delivery(waiting.getOrDefault(name, 0L), store.lastSent(name), store.nextFailed(name)));
        return all;
    }

    private Map<String, Object> shown(NotifierDefinition definition) {
        Map<String, Object> all = new LinkedHashMap<>(definition.publicValues());
        definitions.notifierVersion(definition.name()).ifPresent(version -> all.put("etag", Precondition.tag(version)));
        if (definition.isInFile()) all.put("in_file", true);
        return all;
    }

    Response put(Request request) throws InterruptedException {
        return ApiResponses.reading(request, body -> {
            Map<String, Object> values = new LinkedHashMap<>(body);
            values.remove("etag"); // These members are part of a response that a client may send back.
            values.remove("delivery");
            return ApiResponses.ok(
                    shown(definitions.putNotifier(name(request), values, ApiResponses.precondition(request))));
        });
    }

    Response remove(Request request) throws InterruptedException {
        return ApiResponses.reading(
                request,
                _ -> definitions.removeNotifier(name(request))
                        ? ApiResponses.done()
                        : ApiResponses.notFound("notifier"));
    }

    Response test(Request request) throws InterruptedException {
        Optional<NotifierDefinition> found = registry.find(name(request));
        if (found.isEmpty()) return ApiResponses.notFound("notifier");
        return switch (found.get().notifier().send(alerts.test())) {
            case Delivery.Accepted() -> ApiResponses.ok(Map.of("result", "accepted"));
            case Delivery.Failed failed -> {
                Map<String, Object> all = new LinkedHashMap<>(Map.of("result", "failed"));
                MonitorJson.problem(failed.problem(), all);
                yield ApiResponses.ok(all);
            }
        };
    }

    Response retry(Request request) {
        String name = name(request);
        if (registry.find(name).isEmpty()) return ApiResponses.notFound("notifier");
        retries.accept(name);
        return ApiResponses.done();
    }

    private static String name(Request request) {
        return request.stars().getFirst();
    }
}
