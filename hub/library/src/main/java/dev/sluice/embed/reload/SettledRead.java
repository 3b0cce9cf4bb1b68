package dev.sluice.embed.reload;

import dev.sluice.config.Configuration;
import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.server.tls.FileState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a configuration between two checks of its files that find the same state. Otherwise, while an editor
/// or a deployment writes them, half of a file could take effect, or a file of one configuration together
/// with a file of another: keys would be missing, and their streams would end.
public final class SettledRead {
    private static final int READS_MAX = 5;

    private final ConfigurationSource source;
    private final Configuration inForce;

    /// @param inForce the configuration that names the files if the one read is invalid
    public SettledRead(ConfigurationSource source, Configuration inForce) {
        this.source = source;
        this.inForce = inForce;
    }

    /// @param content null if it is invalid
    private record Outcome(
            ConfigurationSource.@Nullable Content content,
            @Nullable InvalidConfigurationException mistakes,
            List<FileState> files) {}

    /// @throws InvalidConfigurationException if anything is wrong, or the files keep changing
    public ConfigurationSource.Content content() throws InvalidConfigurationException {
        List<FileState> before = List.of();
        for (int i = 0; i < READS_MAX; i++) {
            Outcome outcome = read();
            if (i > 0 && outcome.files.equals(before)) {
                if (outcome.mistakes != null) throw outcome.mistakes;
                if (outcome.content != null) return outcome.content;
            }
            before = outcome.files;
        }
        String files = String.join(
                ", ", source.files(inForce).stream().map(Object::toString).toList());
        throw new InvalidConfigurationException(
                List.of(new Fault(files, 0, 0, "changes while it is read: reload when everything is written.")));
    }

    private Outcome read() {
        try {
            ConfigurationSource.Content content = source.read();
            return new Outcome(content, null, FileState.of(source.files(content.configuration())));
        } catch (InvalidConfigurationException mistakes) {
            return new Outcome(null, mistakes, FileState.of(source.files(inForce)));
        }
    }
}
