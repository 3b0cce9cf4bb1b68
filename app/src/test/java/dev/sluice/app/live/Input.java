package dev.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.app.SluiceCommand;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// An endless program, piped into `sluice pub`.
final class Input implements AutoCloseable {
    private final String description;
    private final Process source;
    private final Process publisher;

    Input(RunningHub hub, String channel, String... program) {
        description = String.join(" ", program) + " | sluice pub " + channel;
        try {
            List<Process> pipe = ProcessBuilder.startPipeline(List.of(
                    new ProcessBuilder(program).redirectError(ProcessBuilder.Redirect.INHERIT),
                    new ProcessBuilder(SluiceCommand.of("pub", channel, "--url", hub.url()))
                            .redirectError(ProcessBuilder.Redirect.INHERIT)));
            source = pipe.getFirst();
            publisher = pipe.getLast();
        } catch (IOException missing) {
            throw new AssertionError(description + ": can't be run; ./check installs what tests need", missing);
        }
    }

    /// @return true if both programs are running
    boolean isRunning() {
        return source.isAlive() && publisher.isAlive();
    }

    /// Ends the program, and waits until all of its output is published.
    ///
    /// @return the number of lines
    int end() {
        source.destroy();
        try {
            assertThat(publisher.waitFor(120, TimeUnit.SECONDS))
                    .as(description + " ends")
                    .isTrue();
            String report = publisher.inputReader().readLine();
            assertThat(publisher.exitValue()).as(description + ": " + report).isZero();
            return Integer.parseInt(report.substring(0, report.indexOf(' ')));
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(description, failed);
        }
    }

    @Override
    public void close() {
        source.destroy();
        publisher.destroy();
    }
}
