package dev.sluice.app.fuzz;

import dev.sluice.server.fuzz.FuzzTarget;

/// The entry point of Jazzer's driver, which calls it in a separate process.
public final class AppJazzerDriver {
    private static FuzzTarget target;

    private AppJazzerDriver() {}

    /// @param arguments the name of a target
    public static void fuzzerInitialize(String[] arguments) {
        target = AppTargets.ALL.stream()
                .filter(each -> each.name().equals(arguments[0]))
                .findFirst()
                .orElseThrow();
    }

    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        target.check().read(input);
    }
}
