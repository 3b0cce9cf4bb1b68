package dev.sluice.sense.api;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.sense.monitor.MaintenancePlan;
import dev.sluice.sense.monitor.MaintenanceWindow;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Planned maintenance.
record MaintenanceRoutes(MaintenancePlan plan) {
    private static final int CHECKS_MAX = 1_000;
    private static final int REASON_LENGTH_MAX = 500;

    Response list(Request request) {
        return Answers.ok(Map.of(
                "windows", plan.windows().stream().map(MaintenanceRoutes::json).toList()));
    }

    private static Map<String, Object> json(MaintenanceWindow window) {
        return Map.of(
                "id", window.id(),
                "checks", window.checks().stream().sorted().toList(),
                "begins", window.begins().toString(),
                "ends", window.ends().toString(),
                "reason", window.reason());
    }

    Response add(Request request) throws InterruptedException {
        return Answers.reading(request, body -> {
            Set<String> checks = new LinkedHashSet<>();
            if (body.get("checks") instanceof List<?> list)
                for (Object each : list) checks.add(String.valueOf(each).replace(" ", ""));
            if (checks.size() > CHECKS_MAX) return Answers.bad("'checks' may have at most " + CHECKS_MAX + " names.");
            Instant begins;
            Instant ends;
            try {
                begins = Instant.parse(Answers.text(body, "begins", 40));
                ends = Instant.parse(Answers.text(body, "ends", 40));
            } catch (DateTimeException invalid) {
                return Answers.bad("'begins' and 'ends' are times such as 2026-01-31T20:00:00Z.");
            }
            if (!begins.isBefore(ends)) return Answers.bad("'ends' must be after 'begins'.");
            long id = plan.add(checks, begins, ends, Answers.text(body, "reason", REASON_LENGTH_MAX));
            return id == 0
                    ? Answers.conflict("There are " + MaintenancePlan.WINDOWS_MAX + " windows already.")
                    : Answers.ok(Map.of("id", id));
        });
    }

    Response remove(Request request) {
        return plan.remove(Answers.id(request)) ? Answers.done() : Answers.notFound("window");
    }
}
