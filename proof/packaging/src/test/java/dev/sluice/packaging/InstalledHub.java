package dev.sluice.packaging;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A hub that an installed program runs as another process, without the variables of the test: no locale, no Java.
final class InstalledHub implements AutoCloseable {
    /// What programs see unless a test adds to it.
    static final Map<String, String> BARE = Map.of("PATH", "/usr/bin:/bin");

    private static final Pattern URL = Pattern.compile("https?://[^\\s,]+");
    private static final int STOP_SECONDS_MAX = 120;

    private final Process process;
    private final BufferedReader output;
    private final String url;

    private InstalledHub(Process process, BufferedReader output, String url) {
        this.process = process;
        this.output = output;
        this.url = url;
    }

    /// Starts `serve`, `sense` or `demo` and waits for the line that names its address.
    ///
    /// @param folder      the current folder
    /// @param environment added to the bare one
    static InstalledHub start(Path folder, Map<String, String> environment, List<String> words) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().clear();
        builder.environment().putAll(BARE);
        builder.environment().putAll(environment);
        Process process = builder.start();
        BufferedReader output = process.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            Matcher found = URL.matcher(line);
            if (found.find()) return new InstalledHub(process, output, found.group());
        }
        process.destroyForcibly();
        throw new AssertionError(String.join(" ", words) + " did not start");
    }

    String url() {
        return url;
    }

    long pid() {
        return process.pid();
    }

    /// Ends the hub as systemd and container engines do, with SIGTERM.
    ///
    /// @return what it printed after its address
    List<String> stop() throws IOException, InterruptedException {
        process.toHandle().destroy(); // Unlike that of the process, it leaves the output open.
        if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) throw new AssertionError("the hub did not stop");
        List<String> rest = new ArrayList<>(output.lines().toList());
        if (process.exitValue() != 0) throw new AssertionError("the hub ended with " + process.exitValue() + rest);
        return rest;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
