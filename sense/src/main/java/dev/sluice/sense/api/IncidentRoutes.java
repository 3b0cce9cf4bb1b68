package dev.sluice.sense.api;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.sense.incident.Comment;
import dev.sluice.sense.incident.Incident;
import dev.sluice.sense.incident.IncidentLog;
import dev.sluice.sense.live.LiveFeed;
import dev.sluice.sense.monitor.View;
import dev.sluice.sense.notify.OutboxStore;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// Incidents: a list, the whole story of one, and what people add to it.
record IncidentRoutes(IncidentLog log, OutboxStore outbox, LiveFeed live, InstantSource clock) {
    private static final int LIMIT_MAX = 500;
    private static final int COMMENTS_MAX = 1_000;
    private static final int COMMENT_LENGTH_MAX = 4_000;
    private static final int NAME_LENGTH_MAX = 100;

    Response list(Request request) {
        long limit = Answers.number(request, "limit", 50, 1, LIMIT_MAX);
        long before = Answers.number(request, "before", Long.MAX_VALUE, 1, Long.MAX_VALUE);
        var found = log.list(request.query("check").orElse(null), before, (int) limit);
        return Answers.ok(Map.of("incidents", found.stream().map(View::incident).toList()));
    }

    Response show(Request request) {
        return log.find(Answers.id(request))
                .map(incident -> Answers.ok(story(incident)))
                .orElseGet(() -> Answers.notFound("incident"));
    }

    private Map<String, Object> story(Incident incident) {
        Map<String, Object> all = new LinkedHashMap<>(View.incident(incident));
        all.put(
                "alerts",
                outbox.ofIncident(incident.id()).stream().map(View::alert).toList());
        all.put(
                "comments",
                log.comments(incident.id(), COMMENTS_MAX).stream()
                        .map(View::comment)
                        .toList());
        return all;
    }

    Response acknowledge(Request request) throws InterruptedException {
        return Answers.reading(request, body -> {
            String who = Answers.text(body, "by", NAME_LENGTH_MAX);
            if (who.isEmpty()) return Answers.bad("'by' is missing: the name of the person who looks after it.");
            return log.acknowledge(Answers.id(request), who, clock.instant())
                    .map(incident -> {
                        live.incident("acknowledged", incident.id(), View.incident(incident));
                        return Answers.ok(story(incident));
                    })
                    .orElseGet(() -> Answers.notFound("incident"));
        });
    }

    Response comment(Request request) throws InterruptedException {
        return Answers.reading(request, body -> {
            String text = Answers.text(body, "text", COMMENT_LENGTH_MAX);
            String author = Answers.text(body, "author", NAME_LENGTH_MAX);
            if (text.isEmpty()) return Answers.bad("'text' is missing.");
            long id = Answers.id(request);
            var incident = log.find(id);
            if (incident.isEmpty()) return Answers.notFound("incident");
            if (log.comments(id, COMMENTS_MAX).size() == COMMENTS_MAX)
                return Answers.conflict("An incident may have at most " + COMMENTS_MAX + " comments.");
            var comment = new Comment(clock.instant(), author, text);
            log.comment(id, comment);
            live.incident("comment", id, View.comment(comment));
            return Answers.ok(story(incident.get()));
        });
    }
}
