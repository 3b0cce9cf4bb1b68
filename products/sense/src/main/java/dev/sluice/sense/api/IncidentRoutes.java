package dev.sluice.sense.api;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.sense.incident.Comment;
import dev.sluice.sense.incident.Incident;
import dev.sluice.sense.incident.IncidentLog;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.monitor.MonitorJson;
import dev.sluice.sense.notify.OutboxStore;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Routes for incidents: the list, the details of one, and what people add to it.
///
/// @param titles      returns the title of a check by name; empty if the check was removed
/// @param commentsMax the maximum number of comments on one incident
public record IncidentRoutes(
        IncidentLog log,
        OutboxStore outbox,
        LiveFeed live,
        Function<String, Optional<String>> titles,
        int commentsMax,
        InstantSource clock) {
    private static final int LIMIT_MAX = 500;
    private static final int COMMENT_LENGTH_MAX = 4_000;
    private static final int NAME_LENGTH_MAX = 100;

    Response list(Request request) {
        long limit = ApiResponses.number(request, "limit", 50, 1, LIMIT_MAX);
        long before = ApiResponses.number(request, "before", Long.MAX_VALUE, 1, Long.MAX_VALUE);
        var found = log.list(request.query("check").orElse(null), before, (int) limit);
        return ApiResponses.ok(
                Map.of("incidents", found.stream().map(this::titled).toList()));
    }

    Response show(Request request) {
        return log.find(ApiResponses.id(request))
                .map(incident -> ApiResponses.ok(story(incident)))
                .orElseGet(() -> ApiResponses.notFound("incident"));
    }

    /// Returns an incident with the title of its check, for people.
    private Map<String, Object> titled(Incident incident) {
        Map<String, Object> all = new LinkedHashMap<>(MonitorJson.incident(incident));
        titles.apply(incident.check()).ifPresent(title -> all.put("title", title));
        return all;
    }

    private Map<String, Object> story(Incident incident) {
        Map<String, Object> all = titled(incident);
        all.put(
                "alerts",
                outbox.ofIncident(incident.id()).stream()
                        .map(MonitorJson::alert)
                        .toList());
        all.put(
                "comments",
                log.comments(incident.id(), commentsMax).stream()
                        .map(MonitorJson::comment)
                        .toList());
        return all;
    }

    Response acknowledge(Request request) throws InterruptedException {
        return ApiResponses.reading(request, body -> {
            String who = ApiResponses.text(body, "by", NAME_LENGTH_MAX);
            if (who.isEmpty())
                return ApiResponses.bad("'by' is missing: the name of the person who takes the incident.");
            return log.acknowledge(ApiResponses.id(request), who, clock.instant())
                    .map(incident -> {
                        live.incident("acknowledged", incident.id(), MonitorJson.incident(incident));
                        return ApiResponses.ok(story(incident));
                    })
                    .orElseGet(() -> ApiResponses.notFound("incident"));
        });
    }

    Response comment(Request request) throws InterruptedException {
        return ApiResponses.reading(request, body -> {
            String text = ApiResponses.text(body, "text", COMMENT_LENGTH_MAX);
            String author = ApiResponses.text(body, "author", NAME_LENGTH_MAX);
            if (text.isEmpty()) return ApiResponses.bad("'text' is missing.");
            long id = ApiResponses.id(request);
            var incident = log.find(id);
            if (incident.isEmpty()) return ApiResponses.notFound("incident");
            if (log.comments(id, commentsMax).size() == commentsMax)
                return ApiResponses.conflict("An incident may have at most " + commentsMax + " comments.");
            var comment = new Comment(clock.instant(), author, text);
            log.comment(id, comment);
            live.incident("comment", id, MonitorJson.comment(comment));
            return ApiResponses.ok(story(incident.get()));
        });
    }
}
