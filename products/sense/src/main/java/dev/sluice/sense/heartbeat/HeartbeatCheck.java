package dev.sluice.sense.heartbeat;

import dev.sluice.sense.check.Check;
import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.text.Times;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/// Checks that a job has reported in time, succeeded, and did not take too long.
///
/// @param period the time between two reports
/// @param grace  additional time after the period
/// @param within the maximum duration of a run; zero for no limit
public record HeartbeatCheck(
        String name, HeartbeatLog heartbeats, Duration period, Duration grace, Duration within, InstantSource clock)
        implements Check {
    @Override
    public Outcome run() {
        Optional<JobStatus> found = heartbeats.find(name);
        if (found.isPresent()) return judge(found.get(), clock.instant());
        heartbeats.secret(name);
        return new Outcome.Unclear(Phrase.of("no-beat"));
    }

    Outcome judge(JobStatus beat, Instant now) {
        Duration longest = period.plus(grace);
        Instant last = beat.finished() == null ? beat.known() : beat.finished();
        Duration silence =
                heartbeats.silence(last, now); // Only the time during which Sense could have received a report.
        if (silence.compareTo(longest) > 0)
            return Outcome.failed(
                    Phrase.of("beat-within", Times.text(longest)), Phrase.of("none-for", silence.toSeconds() + " s"));
        Instant started = beat.started();
        if (beat.isRunning()
                && started != null
                && !within.isZero()
                && heartbeats.silence(started, now).compareTo(within) > 0)
            return Outcome.failed(Phrase.of("end-within", Times.text(within)), Phrase.of("still-running"));
        if (beat.finished() == null) return new Outcome.Unclear(Phrase.of("no-beat"));
        if (beat.exitCode() != 0) return Outcome.failed(Phrase.of("exit-code", "0"), String.valueOf(beat.exitCode()));
        if (!within.isZero() && beat.duration().compareTo(within) > 0)
            return Outcome.failed(
                    Phrase.of("end-within", Times.text(within)),
                    Phrase.of("after", beat.duration().toSeconds() + " s"));
        return new Outcome.Passed(beat.duration(), silence.toSeconds() + " s ago");
    }
}
