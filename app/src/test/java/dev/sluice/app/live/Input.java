package dev.sluice.app.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program that goes on and on, piped into `sluice pub`.
final class Input implements AutoCloseable {
    private final String what;
    private final Process source;
    private final Process publisher;

    Input(RunningHub hub, String channel, String... program) {
        what = String.join(" ", program) + " | sluice pub " + channel;
        try {
            List<Process> pipe = ProcessBuilder.startPipeline(List.of(
                    new ProcessBuilder(program).redirectError(ProcessBuilder.Redirect.INHERIT),
                    new ProcessBuilder(Sluice.command("pub", channel, "--url", hub.url()))
                            .redirectError(ProcessBuilder.Redirect.INHERIT)));
            source = pipe.getFirst();
            publisher = pipe.getLast();
        } catch (IOException missing) {
            throw new AssertionError(what + ": can't be run; ./check installs what tests need", missing);
        }
    }

    /// Whether there is more to come.
    boolean isRunning() {
        return source.isAlive() && publisher.isAlive();
    }

    /// Ends the program, and waits until all it wrote is published: how many lines that were.
    int end() {
        source.destroy();
        try {
            assertThat(publisher.waitFor(60, TimeUnit.SECONDS))
                    .as(what + " ends")
                    .isTrue();
            String said = publisher.inputReader().readLine();
            assertThat(publisher.exitValue()).as(what + " said " + said).isZero();
            return Integer.parseInt(said.substring(0, said.indexOf(' ')));
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(what, failed);
        }
    }

    @Override
    public void close() {
        source.destroy();
        publisher.destroy();
    }
}
