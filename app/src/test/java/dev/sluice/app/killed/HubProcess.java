package dev.sluice.app.killed;

import dev.sluice.app.SluiceCommand;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A hub in a separate process, by `sluice serve` or `sluice sense`, on one port and one folder over all restarts.
public final class HubProcess implements AutoCloseable {
    private final List<String> shell;
    private final String command;
    private final List<String> arguments;
    private volatile Process process;
    private volatile String url;

    HubProcess(Path folder, String sync) throws IOException {
        this(List.of(), folder, "--set=storage.sync=" + sync, "--set=storage.tail_max=64KiB");
    }

    /// @param shell     a command that starts the program
    /// @param arguments further arguments
    public HubProcess(List<String> shell, Path folder, String... arguments) throws IOException {
        this(shell, "serve", folder, arguments);
    }

    /// @param command the command of `sluice`
    HubProcess(List<String> shell, String command, Path folder, String... arguments) throws IOException {
        this.shell = shell;
        this.command = command;
        this.arguments = new ArrayList<>(List.of("--data=" + folder));
        this.arguments.addAll(List.of(arguments));
        start("0");
    }

    private void start(String port) throws IOException {
        List<String> words = new ArrayList<>(shell);
        words.addAll(SluiceCommand.of(
                command,
                "--set=limits.loop_delay_max=10m", // The machine may be busy.
                "--port=" + port));
        words.addAll(arguments);
        process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String first = process.inputReader().readLine();
        if (first == null) throw new AssertionError("the hub did not start");
        url = first.substring(first.indexOf("http://"), first.indexOf(','));
    }

    public String url() {
        return url;
    }

    /// Kills the hub (SIGKILL) and restarts it.
    ///
    /// @param more further arguments; the last value of each setting applies
    void killAndStart(String... more) throws IOException, InterruptedException {
        kill();
        arguments.addAll(List.of(more));
        restart();
    }

    /// Kills the hub (SIGKILL).
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(60, TimeUnit.SECONDS)) throw new AssertionError("the hub did not end");
    }

    /// Starts the hub again after it has ended.
    public void restart() throws IOException {
        start(url.substring(url.lastIndexOf(':') + 1));
    }

    /// Asks the hub to end (SIGTERM), and waits until it has.
    ///
    /// @return its exit code
    public int stop() throws InterruptedException {
        process.destroy();
        return awaitEnd();
    }

    /// Waits until the hub has ended by itself.
    ///
    /// @return its exit code
    public int awaitEnd() throws InterruptedException {
        if (!process.waitFor(180, TimeUnit.SECONDS)) throw new AssertionError("the hub did not end");
        return process.exitValue();
    }

    /// Waits until the hub has ended by itself, and starts it again.
    void awaitEndAndStart() throws IOException, InterruptedException {
        awaitEnd();
        restart();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// The processor time that the process has used; zero once it has ended.
    public Duration processorTime() {
        return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    public long pid() {
        return process.pid();
    }

    /// Sends a signal, such as `HUP`.
    public void signal(String name) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        if (kill.waitFor() != 0) throw new AssertionError("the signal was not sent");
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
