package dev.sluice.app.command;

import picocli.CommandLine.IVersionProvider;

/// The version of this build, with the name of the program.
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {text()};
    }

    static String text() {
        return "sluice " + dev.sluice.server.health.Version.TEXT;
    }
}
