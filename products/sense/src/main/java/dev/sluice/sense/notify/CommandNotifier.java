package dev.sluice.sense.notify;

import dev.sluice.sense.check.Phrase;
import dev.sluice.sense.process.BoundedProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Runs a program for each alert. The text is its standard input, and details are environment variables. Exit
/// code 0 means that the alert was accepted.
///
/// @param arguments the program and its arguments; there is no shell
public record CommandNotifier(List<String> arguments, AlertText words, Duration timeout) implements Notifier {
    public CommandNotifier {
        arguments = List.copyOf(arguments);
    }

    /// The operator's program need not support concurrent runs.
    @Override
    public int parallel() {
        return 1;
    }

    @Override
    public Delivery send(Alert alert) throws InterruptedException {
        Map<String, String> details = new HashMap<>();
        details.put("SENSE_ID", alert.id());
        details.put("SENSE_TYPE", alert.word());
        details.put("SENSE_INCIDENT", String.valueOf(alert.incident()));
        details.put("SENSE_CHECK", alert.check());
        details.put("SENSE_SUBJECT", words.subject(alert));
        try {
            var result = BoundedProcess.run(arguments, details, words.whole(alert) + "\n", timeout);
            if (result.isEmpty()) return new Delivery.Failed(Phrase.of("no-end-within", timeout.toSeconds() + " s"));
            int exitCode = result.get().exitCode();
            if (exitCode == 0) return new Delivery.Accepted();
            String output = result.get().output().strip();
            return new Delivery.Failed(
                    output.isEmpty()
                            ? Phrase.of("exit-code", String.valueOf(exitCode))
                            : Phrase.of("exit-code-with", String.valueOf(exitCode), output));
        } catch (IOException failed) {
            return new Delivery.Failed(Phrase.of("cannot-run", String.valueOf(failed.getMessage())));
        }
    }
}
