package dev.sluice.app.config;

import dev.sluice.config.Configuration;
import dev.sluice.config.Flags;
import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.InvalidConfigurationException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the configuration of a command: flags override the environment, the environment overrides the file,
/// the file overrides defaults. All mistakes are reported together.
public final class ConfigurationReader {
    /// Names the file where no option does.
    private static final String VARIABLE = "SLUICE_CONFIG";

    private final Path folder;
    private final EnvironmentSettings environment;
    private final Path file;
    private final boolean isNamed;

    /// @param folder the base of relative paths
    /// @param named  the file of `--config`; null for that in the environment, or else `sluice.toml` in the
    ///               folder
    public ConfigurationReader(Path folder, Map<String, String> environment, @Nullable Path named) {
        this.folder = folder;
        this.environment = new EnvironmentSettings(environment);
        var variable = environment.getOrDefault(VARIABLE, "");
        isNamed = named != null || !variable.isBlank();
        file = named != null
                ? folder.resolve(named)
                : folder.resolve(variable.isBlank() ? ConfigurationFile.NAME : variable);
    }

    /// The file that is read, whether it exists or not.
    public Path file() {
        return file;
    }

    /// Returns true if the file exists, or was named, so that it must exist.
    public boolean hasFile() {
        return isNamed || Files.exists(file);
    }

    /// @throws InvalidConfigurationException if the file can't be read, or settings are invalid or contradict
    /// each other
    public Configuration read(Flags flags) throws InvalidConfigurationException {
        return read(flags, hasFile());
    }

    /// @param hasFile whether to read the file; it is a mistake if it does not exist then
    public Configuration read(Flags flags, boolean hasFile) throws InvalidConfigurationException {
        var faults = new ArrayList<Fault>();
        return ConfigurationFile.valid(read(flags, hasFile, faults), faults).in(folder);
    }

    /// Reads what is valid: a running hub keeps the configuration that it had before somebody made a mistake.
    public Configuration readValid() {
        try {
            return read(Flags.NONE, hasFile(), new ArrayList<>());
        } catch (InvalidConfigurationException unreadable) {
            return ConfigurationFile.without(environment.read(new ArrayList<>()), new ArrayList<>());
        }
    }

    private Configuration read(Flags flags, boolean hasFile, List<Fault> faults) throws InvalidConfigurationException {
        var stronger = environment.read(faults).overriddenBy(flags.values());
        return hasFile ? ConfigurationFile.of(file, stronger, faults) : ConfigurationFile.without(stronger, faults);
    }

    /// Sentences about environment variables that look like settings and are none.
    public List<String> warnings(Configuration read) {
        return environment.warnings(read.access().keys());
    }
}
