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
        return ApiResponses.ok(Map.of(
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
        return ApiResponses.reading(request, body -> {
            Set<String> checks = new LinkedHashSet<>();
            if (body.get("checks") instanceof List<?> list)
                for (Object each : list) checks.add(String.valueOf(each).replace(" ", ""));
            if (checks.size() > CHECKS_MAX)
                return ApiResponses.bad("'checks' may have at most " + CHECKS_MAX + " names.");
            Instant begins;
            Instant ends;
            try {
                begins = Instant.parse(ApiResponses.text(body, "begins", 40));
                ends = Instant.parse(ApiResponses.text(body, "ends", 40));
            } catch (DateTimeException invalid) {
                return ApiResponses.bad("'begins' and 'ends' are times such as 2026-01-31T20:00:00Z.");
            }
            if (!begins.isBefore(ends)) return ApiResponses.bad("'ends' must be after 'begins'.");
            long id = plan.add(checks, begins, ends, ApiResponses.text(body, "reason", REASON_LENGTH_MAX));
            return id == 0
                    ? ApiResponses.conflict("There are " + MaintenancePlan.WINDOWS_MAX + " windows already.")
                    : ApiResponses.ok(Map.of("id", id));
        });
    }

    Response remove(Request request) {
        return plan.remove(ApiResponses.id(request)) ? ApiResponses.done() : ApiResponses.notFound("window");
    }
}
