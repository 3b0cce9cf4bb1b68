package dev.sluice.demos;

import dev.sluice.Sluice;
import java.nio.file.Path;

/// Hubs for tests, which reject no request because the machine is busy.
public final class TestHub {
    private TestHub() {}

    public static Sluice inMemory() {
        return patient(Sluice.inMemory());
    }

    public static Sluice in(Path folder) {
        return patient(Sluice.in(folder));
    }

    static Sluice patient(Sluice hub) {
        return hub.set("limits.loop_delay_max", "10m");
    }
}
