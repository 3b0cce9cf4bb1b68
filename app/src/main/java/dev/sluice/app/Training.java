package dev.sluice.app;

import dev.sluice.app.command.Sluice;
import dev.sluice.app.command.Surroundings;

/// What `./sluice` runs once after a build to record an AOT cache: the classes that a typical start loads.
/// Whatever it leaves out is merely loaded more slowly.
final class Training {
    private Training() {}

    static void main() {
        Sluice.run(Surroundings.ofProcess(), "--version");
    }
}
