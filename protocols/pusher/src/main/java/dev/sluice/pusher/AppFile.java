package dev.sluice.pusher;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/// Reads apps from a file of Java properties: `ID.key`, `ID.secret` or `ID.secret_env`, and optionally
/// `ID.channels`, `ID.client_events`, `ID.connections_max` and `ID.webhook`.
public final class AppFile {
    private static final Set<String> KEYS =
            Set.of("key", "secret", "secret_env", "channels", "client_events", "connections_max", "webhook");

    private AppFile() {}

    /// @param environment has the secrets that `secret_env` names
    /// @throws IOException              if the file can't be read
    /// @throws IllegalArgumentException if it is invalid; no message repeats a secret
    public static List<PusherApp> read(Path file, Map<String, String> environment) throws IOException {
        Properties properties = new Properties();
        try (Reader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(text);
        }
        Map<String, Map<String, String>> byId = new TreeMap<>();
        for (String name : properties.stringPropertyNames()) {
            int dot = name.indexOf('.');
            String key = name.substring(dot + 1);
            if (dot < 1 || !KEYS.contains(key))
                throw new IllegalArgumentException("there is no setting '" + name + "' of an app: write ID.key,"
                        + " and instead of 'key' also one of "
                        + KEYS.stream().sorted().toList());
            byId.computeIfAbsent(name.substring(0, dot), _ -> new TreeMap<>()).put(key, properties.getProperty(name));
        }
        List<PusherApp> apps = new ArrayList<>();
        byId.forEach((id, settings) -> apps.add(app(id, settings, environment)));
        return apps;
    }

    private static PusherApp app(String id, Map<String, String> settings, Map<String, String> environment) {
        PusherApp app = PusherApp.of(id, settings.getOrDefault("key", ""), secret(id, settings, environment))
                .withConnectionsMax(count(id, settings));
        if (settings.containsKey("channels")) app = app.withChannels(settings.get("channels"));
        switch (settings.getOrDefault("client_events", "false")) {
            case "true" -> app = app.withClientEvents();
            case "false" -> {}
            default -> throw new IllegalArgumentException("'" + id + ".client_events' is true or false");
        }
        if (settings.containsKey("webhook")) app = app.withWebhook(URI.create(settings.get("webhook")));
        return app;
    }

    private static String secret(String id, Map<String, String> settings, Map<String, String> environment) {
        String variable = settings.get("secret_env");
        if (variable == null) return settings.getOrDefault("secret", "");
        if (settings.containsKey("secret"))
            throw new IllegalArgumentException("the app '" + id + "' has 'secret' and 'secret_env': keep one");
        return environment.getOrDefault(variable, "");
    }

    private static int count(String id, Map<String, String> settings) {
        String text = settings.getOrDefault("connections_max", "" + Integer.MAX_VALUE);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException invalid) {
            throw new IllegalArgumentException("'" + id + ".connections_max' is a number from 1 on", invalid);
        }
    }
}
