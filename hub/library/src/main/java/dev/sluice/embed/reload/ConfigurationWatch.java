package dev.sluice.embed.reload;

import dev.sluice.core.thread.PeriodicTask;
import dev.sluice.server.tls.FileState;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// Notices changed files. It checks them once a second instead of using the system's notifications, so that
/// it also notices changes on network drives, and files that are replaced by others or by links.
public final class ConfigurationWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ConfigurationWatch.class.getName());
    private static final Duration EVERY = Duration.ofSeconds(1);

    private final Supplier<List<Path>> files;
    private final Runnable onChange;
    private final Thread thread = Thread.ofVirtual().name("sluice-files").unstarted(this::run);
    private Map<Path, FileState> used;
    private Map<Path, FileState> seen;

    /// @param files    supplies the files in use, which may differ after a change
    /// @param onChange called on the thread of [#start]
    public ConfigurationWatch(Supplier<List<Path>> files, Runnable onChange) {
        this.files = files;
        this.onChange = onChange;
        this.used = states(files.get());
        this.seen = used;
    }

    private static Map<Path, FileState> states(List<Path> files) {
        Map<Path, FileState> states = new HashMap<>();
        for (Path file : files) states.put(file, FileState.of(file));
        return states;
    }

    public void start() {
        thread.start();
    }

    private void run() {
        PeriodicTask.run(EVERY, failed -> LOG.log(Level.ERROR, "files could not be checked", failed), () -> {
            look();
            return true; // Until this is closed.
        });
    }

    /// Checks the files. A change counts once two checks in a row find the same state: an editor or a
    /// deployment may be in the middle of writing one or several files.
    void look() {
        Map<Path, FileState> now = states(files.get());
        boolean isSettled = now.equals(seen);
        seen = now;
        if (!isSettled || now.equals(used)) return;
        used = now;
        try {
            onChange.run();
        } catch (RuntimeException | Error failed) { // The next change is noticed nevertheless.
            LOG.log(Level.ERROR, "a changed file was not followed", failed);
        }
        seen = states(files.get()); // The new configuration may name other files.
        // A file that changed during the reload is not in force. A file that the new configuration names first may
        // have changed after it was read, and is read once more.
        used = new HashMap<>(now);
        used.keySet().retainAll(seen.keySet());
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
