package dev.sluice.app.command.run;

import dev.sluice.Sluice;
import dev.sluice.config.Configuration;
import dev.sluice.config.KeyFiles;
import dev.sluice.config.protocol.MercureTable;
import dev.sluice.config.setting.InvalidConfigurationException;
import dev.sluice.config.setting.Setting;
import dev.sluice.mercure.Mercure;
import dev.sluice.mercure.MercureSettings;
import dev.sluice.mercure.TokenKey;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/// Serves Mercure as the configuration says.
///
/// @param folder the base of relative paths
record ServedMercure(Configuration configuration, Path folder) {
    boolean isServed() {
        return !configuration.get(MercureTable.PATH).isEmpty();
    }

    /// Adds the protocol to a hub that has not been started.
    void addTo(Sluice hub) throws InvalidConfigurationException {
        if (!isServed()) return;
        TokenKey publishers = key(MercureTable.PUBLISHER_KEY_FILE);
        boolean hasOne = configuration.get(MercureTable.SUBSCRIBER_KEY_FILE).isEmpty();
        TokenKey subscribers = hasOne ? publishers : key(MercureTable.SUBSCRIBER_KEY_FILE);
        MercureSettings settings = MercureSettings.of(publishers, subscribers)
                .path(configuration.get(MercureTable.PATH))
                .channels(configuration.get(MercureTable.CHANNELS));
        String issuer = configuration.get(MercureTable.ISSUER);
        String audience = configuration.get(MercureTable.AUDIENCE);
        if (issuer.isEmpty() != audience.isEmpty())
            throw invalid(MercureTable.PATH, "'mercure.issuer' and 'mercure.audience' are set together.");
        if (!issuer.isEmpty()) settings = settings.issuer(issuer, audience);
        if (configuration.get(MercureTable.ANONYMOUS)) settings = settings.anonymous();
        if (configuration.get(MercureTable.SUBSCRIPTIONS)) settings = settings.subscriptions();
        Mercure.on(hub, settings);
    }

    private TokenKey key(Setting<String> setting) throws InvalidConfigurationException {
        String file = configuration.get(setting);
        if (file.isEmpty()) throw invalid(MercureTable.PATH, "'mercure.path' needs '" + setting.key() + "'.");
        String named = "The file that '" + setting.key() + "' names "; // The path may be a secret, by mistake.
        String content;
        try {
            content = new String(KeyFiles.content(folder.resolve(file)), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException unreadable) {
            throw invalid(setting, named + unreadable.getMessage());
        }
        try {
            return TokenKey.of(
                    configuration.get(MercureTable.ALGORITHM).toString(), content.replaceFirst("\\R\\z", ""));
        } catch (IllegalArgumentException unfit) {
            throw invalid(setting, named + "does not fit: " + unfit.getMessage() + ".");
        }
    }

    private InvalidConfigurationException invalid(Setting<String> setting, String message) {
        return new InvalidConfigurationException(
                List.of(configuration.values().value(setting).source().fault(message)));
    }
}
