package dev.sluice.app;

import picocli.CommandLine;

/// What `./sluice` runs once after a build to record an AOT cache: the classes that a typical start loads.
/// Whatever it leaves out is merely loaded more slowly.
final class Training {
    private Training() {}

    static void main() {
        new CommandLine(new Main()).execute("--version");
    }
}
