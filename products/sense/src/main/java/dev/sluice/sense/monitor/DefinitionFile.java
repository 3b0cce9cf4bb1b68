package dev.sluice.sense.monitor;

import dev.sluice.sense.config.DefinitionParser;
import dev.sluice.sense.config.Fault;
import dev.sluice.sense.config.InvalidSenseException;
import dev.sluice.sense.config.SenseConfiguration;
import dev.sluice.sense.text.LogField;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/// The file with definitions, which is read again after each change.
public final class DefinitionFile {
    private static final System.Logger LOG = System.getLogger(DefinitionFile.class.getName());

    /// Limits the text of mistakes, because a file with ten thousand of them would be too long for the
    /// channel.
    private static final int PROBLEM_MAX = 4_000;

    private record Stamp(FileTime modified, long size) {}

    private final @Nullable Path path;
    private final DefinitionParser parser;
    private final DefinitionRegistry definitions;
    private final Monitor monitor;
    private @Nullable Stamp read;
    private @Nullable Stamp seen;
    private volatile String problem = "";

    /// @param path null if there is no file
    public DefinitionFile(
            @Nullable Path path, DefinitionParser parser, DefinitionRegistry definitions, Monitor monitor) {
        this.path = path;
        this.parser = parser;
        this.definitions = definitions;
        this.monitor = monitor;
    }

    /// Reads the file, if there is one, and replaces the definitions.
    ///
    /// @throws InvalidSenseException if the file has mistakes
    public void load() throws InvalidSenseException {
        read = stamp(); // Taken before the file is read, so that a change in the meantime is noticed.
        definitions.load(path == null ? SenseConfiguration.NONE : parser.file(path));
    }

    /// Reads the file if it has changed and then stayed the same for a second: half of a file that is being
    /// written may be valid and have fewer checks.
    void reload() {
        Stamp now = stamp();
        boolean isSettled = now != null && now.equals(seen);
        seen = now;
        if (path == null || now == null || !isSettled || now.equals(read)) return;
        try {
            if (now.size == 0) throw new InvalidSenseException(List.of(new Fault("", path.toString(), "is empty")));
            definitions.load(parser.file(path));
            problem = "";
            LOG.log(
                    Level.INFO,
                    "read the changed file=" + LogField.quoted(path) + " checks="
                            + monitor.definitions().size());
        } catch (InvalidSenseException invalid) {
            boolean isUnreadable = invalid.getCause() instanceof IOException;
            String message = String.valueOf(invalid.getMessage());
            String shown = message.length() <= PROBLEM_MAX ? message : message.substring(0, PROBLEM_MAX) + "…";
            if (!isUnreadable || !shown.equals(problem))
                LOG.log(Level.WARNING, "the changed file has mistakes, so the previous checks stay in use:\n" + shown);
            problem = shown;
            if (isUnreadable) { // It is tried again, because a permission may change without the stamp.
                read = null;
                return;
            }
        }
        read = now; // Not set earlier: what could not be used, for example because the disk is full, is tried again.
    }

    private @Nullable Stamp stamp() {
        try {
            return path == null ? null : new Stamp(Files.getLastModifiedTime(path), Files.size(path));
        } catch (IOException gone) { // Editors replace files, so it will be back soon; until then the previous contents
            // stay.
            return null;
        }
    }

    /// Returns the mistakes of the changed file; empty if it has none.
    String problem() {
        return problem;
    }

    /// Returns the address of the dead man's switch.
    Optional<HttpUrl> heartbeatUrl() {
        return definitions.file().heartbeatUrl();
    }
}
