package dev.sluice.app.cli;

import picocli.CommandLine.IVersionProvider;

/// The version of this build, with the name of the program.
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {text()};
    }

    public static String text() {
        return "sluice " + dev.sluice.server.health.Version.TEXT;
    }
}
