package dev.sluice.app;

import dev.sluice.app.command.Sluice;
import dev.sluice.app.command.Surroundings;

/// Where the program begins.
final class Main {
    private Main() {}

    static void main(String[] args) {
        System.exit(Sluice.run(Surroundings.ofProcess(), args));
    }
}
