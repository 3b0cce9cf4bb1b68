package dev.sluice.app.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// The version of this build, which Maven writes to the resource.
final class Version implements IVersionProvider {
    private static final String RESOURCE = "/dev/sluice/server/version.properties";

    @Override
    public String[] getVersion() {
        return new String[] {text()};
    }

    static String text() {
        var properties = new Properties();
        try (var resource = Version.class.getResourceAsStream(RESOURCE)) {
            if (resource == null) throw new IllegalStateException(RESOURCE + " is missing on the class path");
            properties.load(resource);
        } catch (IOException reason) {
            throw new UncheckedIOException(reason);
        }
        return "sluice " + properties.getProperty("version");
    }
}
