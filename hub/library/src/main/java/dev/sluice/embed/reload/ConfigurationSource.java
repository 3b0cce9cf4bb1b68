package dev.sluice.embed.reload;

import dev.sluice.config.Configuration;
import dev.sluice.config.KeyFiles;
import dev.sluice.config.setting.InvalidConfigurationException;
import java.nio.file.Path;
import java.util.List;

/// The files of a hub's configuration, so that it can be read again while the hub runs.
public interface ConfigurationSource {
    /// A configuration, together with the contents of its files.
    ///
    /// @param keys     the files and variables of its keys
    /// @param warnings sentences for the operator
    record Content(Configuration configuration, KeyFiles keys, List<String> warnings) {
        public Content {
            warnings = List.copyOf(warnings);
        }
    }

    /// Reads everything. Blocks.
    ///
    /// @throws InvalidConfigurationException if anything is wrong, with all mistakes
    Content read() throws InvalidConfigurationException;

    /// The files to watch for changes of the configuration, whether they exist or not.
    List<Path> files(Configuration inForce);
}
