package dev.sluice.sense.api;

import dev.sluice.Request;
import dev.sluice.Response;
import dev.sluice.sense.monitor.MaintenancePlan;
import dev.sluice.sense.monitor.MaintenanceWindow;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Routes for planned maintenance.
///
/// @param isCheck returns true if a check of this name exists
public record MaintenanceRoutes(MaintenancePlan plan, Predicate<String> isCheck) {
    private static final Instant LATEST =
            Instant.parse("9999-12-31T00:00:00Z"); // The database can't store later times.
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
            // An invalid list must not be taken for an empty one, which means all checks.
            if (!(body.getOrDefault("checks", List.of()) instanceof List<?> list))
                return ApiResponses.bad("'checks' must be a list of names.");
            for (Object each : list) {
                if (!(each instanceof String name) || !isCheck.test(name))
                    return ApiResponses.bad("'checks' has '" + each + "', but there is no such check.");
                checks.add(name);
            }
            if (checks.size() > CHECKS_MAX)
                return ApiResponses.bad("'checks' may have at most " + CHECKS_MAX + " names.");
            Instant begins;
            Instant ends;
            try {
                begins = time(body, "begins");
                ends = time(body, "ends");
            } catch (DateTimeException invalid) {
                return ApiResponses.bad("'begins' and 'ends' must be times such as 2026-01-31T20:00:00Z.");
            }
            if (!begins.isBefore(ends)) return ApiResponses.bad("'ends' must be after 'begins'.");
            if (begins.isBefore(Instant.EPOCH) || ends.isAfter(LATEST))
                return ApiResponses.bad("'begins' and 'ends' must be between the years 1970 and 9999.");
            long id = plan.add(checks, begins, ends, ApiResponses.text(body, "reason", REASON_LENGTH_MAX));
            return id == 0
                    ? ApiResponses.conflict("There are " + MaintenancePlan.WINDOWS_MAX + " windows already.")
                    : ApiResponses.ok(Map.of("id", id));
        });
    }

    /// Reads a time with the precision of the database.
    private static Instant time(Map<String, Object> body, String key) {
        return Instant.parse(ApiResponses.text(body, key, 40)).truncatedTo(ChronoUnit.MILLIS);
    }

    Response remove(Request request) {
        return plan.remove(ApiResponses.id(request)) ? ApiResponses.done() : ApiResponses.notFound("window");
    }
}
