package dev.sluice.sense.monitor;

import dev.sluice.sense.check.Check;
import dev.sluice.sense.check.Outcome;
import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.config.CheckDefinition;
import dev.sluice.sense.text.LogField;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/// One run of a check, which ends at the timeout even if the check does not.
public final class CheckRun {
    private static final System.Logger LOG = System.getLogger(CheckRun.class.getName());

    /// The time that a run may take to end after its timeout.
    private static final Duration LINGER = Duration.ofSeconds(30);

    private CheckRun() {}

    /// Runs a check, and reports its outcome or the timeout. Returns when the run has ended, so that the next
    /// run does not overlap with it.
    static void run(String name, Check check, Duration timeout, Consumer<Outcome> outcomes)
            throws InterruptedException {
        var outcome = new CompletableFuture<Outcome>();
        Thread thread = Thread.ofVirtual().name("sense run " + name).start(() -> {
            try {
                outcome.complete(check.run());
            } catch (InterruptedException late) {
                outcome.cancel(false);
            } catch (RuntimeException | Error defect) {
                outcome.completeExceptionally(defect);
            }
        });
        try {
            boolean isInTime = thread.join(timeout);
            outcomes.accept(
                    isInTime
                            ? result(name, outcome)
                            : Outcome.failed(Phrase.of("answer-within", text(timeout)), Phrase.of("none")));
            if (isInTime) return;
            thread.interrupt();
            if (!thread.join(LINGER)) LOG.log(Level.ERROR, "a run does not end check=" + LogField.quoted(name));
        } finally {
            thread.interrupt();
        }
    }

    /// Runs a check once, outside the schedule, and returns its outcome as JSON values.
    public static Map<String, Object> tryNow(CheckDefinition definition) throws InterruptedException {
        Map<String, Object> all = new LinkedHashMap<>();
        run(definition.name(), definition.check(), definition.timeout(), outcome -> MonitorJson.outcome(outcome, all));
        return all;
    }

    private static Outcome result(String name, CompletableFuture<Outcome> outcome) {
        try {
            return outcome.isCancelled() ? new Outcome.Unclear(Phrase.of("interrupted")) : outcome.join();
        } catch (CompletionException defect) {
            LOG.log(Level.ERROR, "a check failed to run check=" + LogField.quoted(name), defect.getCause());
            return new Outcome.Unclear(Phrase.of("defect"));
        }
    }

    private static String text(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }
}
