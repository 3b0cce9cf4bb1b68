package dev.sluice.app;

import java.io.IOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/// The version that this program was built as; Maven writes it into the resource.
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        var properties = new Properties();
        try (var resource = Version.class.getResourceAsStream("version.properties")) {
            if (resource == null) throw new IllegalStateException("version.properties is missing beside Version.class");
            properties.load(resource);
        }
        return new String[] {"sluice " + properties.getProperty("version")};
    }
}
