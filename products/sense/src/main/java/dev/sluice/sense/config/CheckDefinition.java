package dev.sluice.sense.config;

import dev.sluice.sense.check.Check;
import dev.sluice.sense.server.PresenceCheck;
import dev.sluice.sense.server.ServerPatternCheck;
import dev.sluice.sense.server.ThresholdCheck;
import dev.sluice.sense.state.Rules;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A check as configured.
///
/// @param values   the keys and values from which it was read
/// @param timeout  the maximum duration of one run
/// @param retry    the time between the runs that confirm a failure or a recovery
/// @param notifiers the notifiers to alert; empty for all
/// @param isPaused whether the check is not run
/// @param isInFile whether `sense.toml` defines it, so that it can't be edited elsewhere
/// @param madeBy   the name of the definition with a server pattern that created this check; empty if there
///                 is none
public record CheckDefinition(
        String name,
        CheckType type,
        Map<String, Object> values,
        Duration interval,
        Duration timeout,
        Duration retry,
        Rules rules,
        List<String> notifiers,
        boolean isPaused,
        boolean isInFile,
        String madeBy,
        Check check)
        implements Definition {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration SECOND = Duration.ofSeconds(1);

    public CheckDefinition {
        values = Map.copyOf(values);
        notifiers = List.copyOf(notifiers);
    }

    /// Reads a check.
    ///
    /// @param types    the types that are allowed here
    /// @param isInFile whether the values are from the file
    /// @return empty if there is a mistake, which `fields` has received
    static Optional<CheckDefinition> read(
            Map<String, Object> values, Fields fields, Map<String, CheckType> types, boolean isInFile) {
        String name = Definition.name(fields);
        Optional<CheckType> found = Definition.type(values, fields, types, isInFile);
        if (found.isEmpty()) return Optional.empty();
        CheckType type = found.get();
        Duration interval = fields.time("interval", type.interval(), SECOND, DAY);
        Duration timeout = timeout(fields);
        Duration retry = fields.time("retry", shorter(interval, Duration.ofSeconds(5)), SECOND, DAY);
        int failures = fields.integer("failures", type.failures(), 1, 100);
        var rules = new Rules(
                failures,
                fields.integer("passes", 1, 1, 100),
                fields.time("slow", Duration.ZERO, Duration.ZERO, Duration.ofMinutes(5)),
                Set.copyOf(fields.texts("depends_on")),
                flapping(fields),
                rate(fields, failures));
        List<String> notifiers = fields.texts("notify");
        boolean isPaused = fields.flag("paused", false);
        fields.text("title", "");
        fields.text("group", "");
        Check check = type.reader().read(fields, name);
        fields.rejectUnknown();
        return Optional.of(new CheckDefinition(
                name, type, values, interval, timeout, retry, rules, notifiers, isPaused, isInFile, "", check));
    }

    static Duration timeout(Fields fields) {
        return fields.time("timeout", Duration.ofSeconds(10), Duration.ofMillis(100), Duration.ofMinutes(5));
    }

    private static Rules.Flapping flapping(Fields fields) {
        Rules.Flapping usual = Rules.Flapping.DEFAULT;
        return new Rules.Flapping(
                fields.integer("flap_outages", usual.outages(), 0, 20),
                fields.time("flap_within", usual.within(), Duration.ofMinutes(1), DAY),
                fields.time("flap_hold", usual.hold(), SECOND, DAY));
    }

    /// Reads the failure rate. A check that needs as many consecutive failures has none unless its definition
    /// sets one.
    private static Rules.Rate rate(Fields fields, int inRow) {
        Rules.Rate usual = Rules.Rate.DEFAULT;
        int runs = fields.integer("rate_runs", usual.runs(), 1, Rules.Rate.RUNS_MAX);
        int failures = fields.integer(
                "rate_failures",
                inRow < usual.failures() ? Math.min(usual.failures(), runs) : 0,
                0,
                Rules.Rate.RUNS_MAX);
        if (failures > runs) fields.fault("rate_failures", "takes at most " + runs + ", the number of 'rate_runs'");
        return new Rules.Rate(failures, runs);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /// Returns a check for each matching server if this definition is for a pattern of servers: `disk.web-1`
    /// for `disk`.
    public List<CheckDefinition> expanded() {
        if (!(check instanceof ServerPatternCheck pattern)) return List.of();
        return pattern.matching().stream()
                .map(server -> of(server, pattern.of(server)))
                .toList();
    }

    /// Returns true if this definition is for a pattern of servers, one of which has the check of this name.
    public boolean creates(String check) {
        return check() instanceof ServerPatternCheck servers
                && check.startsWith(name + ".")
                && servers.pattern().matches(check.substring(name.length() + 1));
    }

    private CheckDefinition of(String server, Check own) {
        Map<String, Object> changed = new HashMap<>(values);
        changed.putAll(Map.of("name", name + "." + server, "server", server, "title", title() + " · " + server));
        return new CheckDefinition(
                name + "." + server,
                type,
                changed,
                interval,
                timeout,
                retry,
                rules,
                notifiers,
                isPaused,
                isInFile,
                name,
                own);
    }

    /// Returns true if another definition creates the same check.
    public boolean isSame(@Nullable CheckDefinition other) {
        return other != null
                && values.equals(other.values)
                && isInFile == other.isInFile
                && madeBy.equals(other.madeBy);
    }

    public String title() {
        return values.get("title") instanceof String title && !title.isBlank() ? title : name;
    }

    /// Returns the server that the check concerns; empty if it concerns none.
    public Optional<String> server() {
        return switch (check) {
            case PresenceCheck presence -> Optional.of(presence.server());
            case ThresholdCheck threshold -> Optional.of(threshold.server());
            default -> Optional.empty();
        };
    }

    public boolean isOfServer(String name) {
        return server().filter(name::equals).isPresent();
    }
}
