package dev.sluice.sense.check;

import dev.sluice.sense.process.BoundedProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Sends one ICMP echo request with the system's `ping`, which has a permission that a JVM lacks.
public record PingCheck(String host) implements Check {
    private static final Pattern TIME = Pattern.compile("time[=<]([0-9.]+) ?ms");

    /// Names and addresses that can't be mistaken for an option.
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9:][A-Za-z0-9.:_-]{0,252}");

    public PingCheck {
        if (!HOST.matcher(host).matches()) throw new IllegalArgumentException("'" + host + "' is not a host");
    }

    @Override
    public Outcome run() throws InterruptedException {
        long start = System.nanoTime();
        try {
            var result = BoundedProcess.run(List.of("ping", "-n", "-c", "1", host), Map.of("LC_ALL", "C"), "");
            if (result.exitCode() != 0) {
                String found = result.output().isEmpty() ? "exit code " + result.exitCode() : result.output();
                return Outcome.failed(
                        Phrase.of("echo"), result.exitCode() == 1 ? Phrase.of("none") : Phrase.text(found));
            }
            var time = TIME.matcher(result.output());
            Duration latency = time.find()
                    ? Duration.ofNanos((long) (Double.parseDouble(time.group(1)) * 1_000_000))
                    : Duration.ofNanos(System.nanoTime() - start);
            return new Outcome.Passed(latency, "echo");
        } catch (IOException failed) {
            return new Outcome.Unclear(Phrase.of("no-ping"));
        }
    }
}
