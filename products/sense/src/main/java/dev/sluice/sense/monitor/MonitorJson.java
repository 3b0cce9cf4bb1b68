package dev.sluice.sense.monitor;

import dev.sluice.sense.check.Failure;
import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.incident.Comment;
import dev.sluice.sense.incident.Incident;
import dev.sluice.sense.notify.OutboxEntry;
import dev.sluice.sense.state.Health;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The JSON of checks and incidents, used in channels and in the API.
public final class MonitorJson {
    private MonitorJson() {}

    static Map<String, Object> check(CheckDefinition definition, Health health, boolean isFlapping) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("name", definition.name());
        all.put("title", definition.title());
        if (definition.values().get("group") instanceof String group && !group.isBlank()) all.put("group", group);
        all.put("type", definition.type().name());
        definition.server().ifPresent(server -> all.put("server", server));
        if (!definition.madeBy().isEmpty()) all.put("made_by", definition.madeBy());
        all.put("state", health.state().word());
        all.put("since", health.since().toString());
        all.put("interval_ms", definition.interval().toMillis());
        if (!definition.rules().dependsOn().isEmpty())
            all.put(
                    "depends_on",
                    definition.rules().dependsOn().stream().sorted().toList());
        Failure failure = health.failure();
        if (failure != null) failure(failure, all);
        if (health.cause() != null) all.put("cause", health.cause());
        if (isFlapping) all.put("flapping", true);
        if (definition.isInFile()) all.put("in_file", true);
        return all;
    }

    /// Returns an outcome as an event of its channel.
    static Map<String, Object> sample(Outcome outcome, Instant now) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("at", now.toString());
        outcome(outcome, all);
        return all;
    }

    /// Adds the newest outcome.
    static void outcome(Outcome outcome, Map<String, Object> all) {
        switch (outcome) {
            case Outcome.Passed(Duration latency, String answer) -> {
                all.put("result", "passed");
                all.put("latency_ms", Math.round(latency.toNanos() / 10_000.0) / 100.0);
                all.put("answer", Failure.cut(answer));
            }
            case Outcome.Failed(Failure failure) -> {
                all.put("result", "failed");
                failure(failure, all);
            }
            case Outcome.Unclear(Phrase why) -> {
                all.put("result", "unclear");
                all.put("reason", why.toString());
                phrases(Map.of("reason", why), all);
            }
        }
    }

    private static void failure(Failure failure, Map<String, Object> all) {
        all.put("expected", failure.expected());
        all.put("found", failure.found());
        all.put("kind", failure.kind().word());
        phrases(Map.of("expected", failure.expectation(), "found", failure.finding()), all);
    }

    /// Adds the phrases whose English texts these are, for pages in other languages.
    private static void phrases(Map<String, Phrase> texts, Map<String, Object> all) {
        Map<Object, Object> phrases = new LinkedHashMap<>();
        if (all.get("phrases") instanceof Map<?, ?> others) phrases.putAll(others);
        texts.forEach((key, phrase) -> {
            if (phrase.isText()) phrases.remove(key);
            else phrases.put(key, Map.of("code", phrase.code(), "values", phrase.values()));
        });
        if (phrases.isEmpty()) all.remove("phrases");
        else all.put("phrases", phrases);
    }

    /// Returns an incident as a JSON object.
    public static Map<String, Object> incident(Incident incident) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("id", incident.id());
        all.put("check", incident.check());
        all.put("first_failure", incident.firstFailure().toString());
        all.put("opened", incident.opened().toString());
        failure(incident.failure(), all);
        if (incident.closed() != null) all.put("closed", incident.closed().toString());
        if (incident.ending() != null)
            all.put("ending", incident.ending().name().toLowerCase(Locale.ROOT));
        if (incident.closed() != null)
            all.put("downtime_ms", incident.downtime(incident.closed()).toMillis());
        if (incident.acknowledged() != null)
            all.put("acknowledged", incident.acknowledged().toString());
        if (incident.acknowledgedBy() != null) all.put("acknowledged_by", incident.acknowledgedBy());
        return all;
    }

    /// Returns the alert to one notifier as a JSON object.
    public static Map<String, Object> alert(OutboxEntry entry) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("notifier", entry.notifier());
        all.put("kind", entry.kind().name().toLowerCase(Locale.ROOT));
        all.put("result", entry.isWaiting() ? "waiting" : entry.isSent() ? "sent" : "given up");
        all.put("attempts", entry.attempts());
        if (entry.ended() != null) all.put("at", entry.ended().toString());
        if (entry.isWaiting()) all.put("due", entry.due().toString());
        if (entry.problem() != null) problem(entry.problem(), all);
        return all;
    }

    /// Adds the reason why an alert was not accepted.
    public static void problem(Phrase problem, Map<String, Object> all) {
        all.put("problem", problem.toString());
        phrases(Map.of("problem", problem), all);
    }

    /// Returns the state of delivery to a notifier: pending alerts, the last failure, and the last success.
    public static Map<String, Object> delivery(
            long waiting, Optional<OutboxEntry> lastSent, Optional<OutboxEntry> nextFailed) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("waiting", waiting);
        lastSent.map(OutboxEntry::ended).ifPresent(at -> all.put("sent", at.toString()));
        nextFailed.ifPresent(entry -> {
            all.put("attempts", entry.attempts());
            all.put("due", entry.due().toString());
            if (entry.problem() != null) problem(entry.problem(), all);
        });
        return all;
    }

    public static Map<String, Object> comment(Comment comment) {
        return Map.of("at", comment.at().toString(), "author", comment.author(), "text", comment.text());
    }
}
