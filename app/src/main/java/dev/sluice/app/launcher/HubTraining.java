package dev.sluice.app.launcher;

import dev.sluice.app.cli.CommandContext;
import dev.sluice.app.command.RootCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Runs a hub while its AOT cache is recorded: the classes it loads, and the profiles of its code under load (JEP
/// 515), with which a new hub compiles it early and well. The clients run in another process ([ClientTraining]),
/// because all classes of a cache are loaded with it and stay in memory. Classes that are not used here are merely
/// loaded more slowly.
final class HubTraining {
    private static final Pattern URL = Pattern.compile("(http://\\S+),");
    private static final int SECONDS_MAX = 120;

    private HubTraining() {}

    /// Finds the hub's address in its first line of output.
    private static final class UrlWatcher extends OutputStream {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final CompletableFuture<String> url = new CompletableFuture<>();

        @Override
        public void write(int b) {
            bytes.write(b);
            if (b != '\n') return;
            var line = URL.matcher(bytes.toString(StandardCharsets.UTF_8));
            if (line.find()) url.complete(line.group(1));
        }
    }

    /// @param args a folder for the hub's log, to be removed afterwards; then the command that uses the hub, with the
    ///             hub's address in `SLUICE_URL`
    static void main(String[] args) throws Exception {
        EntryPoint.load();
        var urlWatcher = new UrlWatcher();
        Thread.ofPlatform().daemon().start(() -> RootCommand.run(context(urlWatcher), serve(args[0])));
        var url = urlWatcher.url.get(SECONDS_MAX, TimeUnit.SECONDS);
        System.exit(use(url, Arrays.copyOfRange(args, 1, args.length)));
    }

    /// The command line of the hub. It does not wait for syncs, as fewer requests would be recorded. It has
    /// heartbeats each second: by default, the loads of the training end before a heartbeat is due, so that
    /// the code that sends events would be compiled without heartbeats, and again when the first one occurs.
    private static String[] serve(String folder) {
        String settings = "serve --port 0 --set storage.sync=interval"
                + " --set subscribe.heartbeat_min=1s --set subscribe.heartbeat=1s --data";
        return Stream.concat(Stream.of(settings.split(" ")), Stream.of(folder)).toArray(String[]::new);
    }

    private static int use(String url, String[] clients) throws IOException, InterruptedException {
        var command = new ProcessBuilder(clients).inheritIO();
        command.environment().put("SLUICE_URL", url);
        return command.start().waitFor();
    }

    private static CommandContext context(OutputStream out) {
        return new CommandContext(
                InputStream.nullInputStream(), out, System.err, Map.of(), Path.of(""), false, gone -> {});
    }
}
