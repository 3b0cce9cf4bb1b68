package dev.sluice.sense.check;

import dev.sluice.sense.process.BoundedProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Runs a program. The check passes if the exit code and the output are as expected.
///
/// @param arguments the program and its arguments; there is no shell
/// @param expect    a text that the output must contain; empty if any output is accepted
public record CommandCheck(List<String> arguments, int exitCode, String expect) implements Check {
    public CommandCheck {
        arguments = List.copyOf(arguments);
    }

    @Override
    public Outcome run() throws InterruptedException {
        long start = System.nanoTime();
        try {
            var result = BoundedProcess.run(arguments, Map.of(), "");
            Duration latency = Duration.ofNanos(System.nanoTime() - start);
            String output = result.output();
            if (result.exitCode() != exitCode)
                return Outcome.failed(
                        Phrase.of("exit-code", "" + exitCode),
                        output.isBlank() ? "" + result.exitCode() : result.exitCode() + ": " + output);
            if (!output.contains(expect)) return Outcome.failed("'" + expect + "'", "'" + output + "'");
            return new Outcome.Passed(latency, output.isBlank() ? "exit code " + exitCode : Failure.cut(output));
        } catch (IOException failed) {
            return Outcome.failed(Phrase.of("program"), String.valueOf(failed.getMessage()));
        }
    }
}
