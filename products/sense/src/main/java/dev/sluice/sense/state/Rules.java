package dev.sluice.sense.state;

import dev.sluice.sense.check.Outcome;
import java.time.Duration;
import java.util.Set;

/// The rules that turn the outcomes of one check into states.
///
/// @param failures  the number of consecutive failures that confirm a failure
/// @param passes    the number of consecutive passes that confirm a recovery
/// @param slowAfter the latency above which the check is slow; zero for never
/// @param dependsOn the checks whose outage explains a failure of this one
/// @param flapping  when a check counts as flapping
/// @param rate      confirms failures that are not consecutive
public record Rules(int failures, int passes, Duration slowAfter, Set<String> dependsOn, Flapping flapping, Rate rate) {
    /// Confirms an outage from the number of failures among the newest runs, because a target that fails half
    /// of the time may never fail often enough in a row. The outage ends after that many successes in a row.
    ///
    /// @param failures 0 turns the rule off
    /// @param runs     at most [#RUNS_MAX]
    public record Rate(int failures, int runs) {
        /// Each run takes one bit of a long.
        public static final int RUNS_MAX = Long.SIZE;

        public static final Rate DEFAULT = new Rate(10, 20);
        public static final Rate NONE = new Rate(0, 1);

        public Rate {
            if (failures < 0 || runs < 1 || runs > RUNS_MAX)
                throw new IllegalArgumentException("a rate must cover 1 to " + RUNS_MAX + " runs");
        }

        public boolean isNone() {
            return failures == 0;
        }
    }

    /// A check with this many outages within this time is flapping. Its outage then ends only after it has
    /// been up without interruption for a longer time, so that people get one alert instead of one for each
    /// change.
    ///
    /// @param outages 0 if a check never counts as flapping
    public record Flapping(int outages, Duration within, Duration hold) {
        public static final Flapping DEFAULT = new Flapping(3, Duration.ofMinutes(30), Duration.ofMinutes(5));

        public boolean isNone() {
            return outages == 0;
        }
    }

    public Rules {
        if (failures < 1 || passes < 1) throw new IllegalArgumentException("failures and passes must be 1 or more");
        dependsOn = Set.copyOf(dependsOn);
    }

    public Rules(int failures, int passes, Duration slowAfter, Set<String> dependsOn, Flapping flapping) {
        this(failures, passes, slowAfter, dependsOn, flapping, Rate.NONE);
    }

    /// Returns true for a passed outcome that took too long.
    public boolean isSlow(Outcome outcome) {
        return outcome instanceof Outcome.Passed passed
                && !slowAfter.isZero()
                && passed.latency().compareTo(slowAfter) > 0;
    }
}
