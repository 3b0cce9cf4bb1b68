package dev.sluice.app.command.run;

import dev.sluice.Sluice;
import dev.sluice.config.Configuration;
import dev.sluice.config.protocol.RelayTable;
import dev.sluice.config.setting.Fault;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.config.setting.Setting;
import dev.sluice.relay.Provider;
import dev.sluice.relay.Provider.Style;
import dev.sluice.relay.Relay;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Serves the relay as the configuration says.
///
/// @param folder the base of relative paths
record ServedRelay(Configuration configuration, Path folder) {
    /// Adds the relay to a hub that has not been started.
    void addTo(Sluice hub) throws InvalidConfigurationException {
        String path = configuration.get(RelayTable.PATH);
        if (path.isEmpty()) return;
        List<Provider> providers = new ArrayList<>();
        add(providers, Style.OPENAI, RelayTable.OPENAI_URL, RelayTable.OPENAI_KEY_FILE);
        add(providers, Style.ANTHROPIC, RelayTable.ANTHROPIC_URL, RelayTable.ANTHROPIC_KEY_FILE);
        if (providers.isEmpty())
            throw invalid(RelayTable.PATH, "needs 'relay.openai_key_file' or 'relay.anthropic_key_file'.");
        Relay.on(hub, path, providers, Math.toIntExact(configuration.get(RelayTable.ANSWERS_MAX)));
    }

    private void add(List<Provider> providers, Style style, Setting<String> url, Setting<String> keyFile)
            throws InvalidConfigurationException {
        String file = configuration.get(keyFile);
        if (file.isEmpty()) return;
        try {
            String key = Files.readString(folder.resolve(file)).strip();
            providers.add(new Provider(
                    style.name().toLowerCase(Locale.ROOT), style, URI.create(configuration.get(url)), key));
        } catch (IOException unreadable) {
            throw invalid(keyFile, "names a file that can't be read: " + unreadable + ".");
        } catch (IllegalArgumentException unfit) {
            throw invalid(keyFile, "or its address does not fit: " + unfit.getMessage() + ".");
        }
    }

    private static InvalidConfigurationException invalid(Setting<String> setting, String message) {
        return new InvalidConfigurationException(List.of(new Fault(setting.key(), 0, 0, message)));
    }
}
