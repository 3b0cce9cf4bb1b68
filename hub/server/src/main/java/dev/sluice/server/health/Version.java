package dev.sluice.server.health;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;

/// The version of this build, which Maven writes to a resource.
public final class Version {
    public static final String TEXT = read();

    private Version() {}

    private static String read() {
        var properties = new Properties();
        try (var resource = Version.class.getResourceAsStream("/dev/sluice/server/version.properties")) {
            if (resource == null) throw new IllegalStateException("the server was built without its version");
            properties.load(resource);
        } catch (IOException reason) {
            throw new UncheckedIOException(reason);
        }
        return properties.getProperty("version");
    }
}
